/**
 * Simulator and Istio agree: on generated requests over generated meshes, served by a real istiod to the stock Envoy, with
 * certificates of istiod between all of them. A difference that is known is declared (declared.ts), counted and shown.
 *
 *   MESHWRIGHT_ISTIO_MESHES  how many meshes; 100 unless told
 *   MESHWRIGHT_SEED          replays a run
 */
import assert from "node:assert/strict";
import { ISTIO_PARTS, IstioCluster } from "../istio-mesh.ts";
import { busyMeshesOf, seed } from "../istio-meshes.ts";
import { describeWith } from "../with-parts.ts";
import { REASONS } from "./declared.ts";
import { type Found, type IstioReport, proveOnIstio } from "./prove-istio.ts";

const MESHES = Number(process.env.MESHWRIGHT_ISTIO_MESHES ?? 100);
const REQUESTS = 200;
/** Belongs to an istiod, so all meshes have one. */
const TRUST_DOMAIN = "mesh.test";
/** Of all decisions, so many depend on who the caller is by its certificate. */
const LEAST_BY_IDENTITY = 0.3;
const MOST_SHOWN = 5;

describeWith(`cluster: simulator and istiod agree (seed ${seed})`, ISTIO_PARTS, (parts) => {
  let cluster: IstioCluster;
  let report: IstioReport;

  before(async function () {
    this.timeout(120_000);
    cluster = await IstioCluster.start(parts(), TRUST_DOMAIN);
  });

  after(() => cluster?.stop());

  it(`on ${REQUESTS} requests each over ${MESHES} meshes`, async function () {
    this.timeout(0);
    const started = performance.now();
    const note = (text: string) =>
      console.log(`      ${((performance.now() - started) / 1_000).toFixed(0).padStart(4)} s  ${text}`);
    report = await proveOnIstio(cluster, busyMeshesOf(TRUST_DOMAIN, MESHES), { seed, requests: REQUESTS, note });
    for (const found of report.disagreements.slice(0, MOST_SHOWN)) console.log(formatFound(found));
    assert.equal(report.disagreements.length, 0, `MESHWRIGHT_SEED=${seed} shows them again`);
  });

  it("with what is declared, counted", () => {
    for (const [name, count] of report.declared)
      console.log(`      ${String(count).padStart(5)} ${name}: ${REASONS[name]}`);
    console.log(`      ${report.notAsked} not asked: nobody but a pod has its certificate`);
    for (const [slice, count] of report.slices) console.log(`      ${String(count).padStart(5)} decided by ${slice}`);
  });

  it(`at least ${LEAST_BY_IDENTITY * 100} % of the decisions by identity`, () => {
    console.log(`      ${report.byIdentity} of ${report.decisions}`);
    assert.ok(report.byIdentity >= LEAST_BY_IDENTITY * report.decisions);
  });
});

const formatFound = ({ mesh, ask, verdict, seen, differences }: Found): string =>
  [
    mesh,
    ...differences,
    `asked ${JSON.stringify(ask)}`,
    `said ${JSON.stringify(verdict.route)} ${verdict.outcome.kind}`,
  ]
    .concat(`seen ${JSON.stringify(seen)}`)
    .map((line) => `      ${line}`)
    .join("\n");
