/**
 * Simulator and Istio agree: on generated requests over generated meshes, served by a real istiod to the stock Envoy, with
 * certificates of istiod between all of them. A difference that is known is declared (declared.ts), counted and shown.
 *
 *   MESHWRIGHT_ISTIO_MESHES  how many meshes; 100 unless told
 *   MESHWRIGHT_SEED          replays a run
 */
import assert from "node:assert/strict";
import { seed } from "../../generate/seed.ts";
import { skip } from "../../skip.ts";
import { ISTIO_PARTS, IstioCluster } from "../istio-mesh.ts";
import { busyMeshesOf } from "../istio-meshes.ts";
import { describeWith } from "../with-parts.ts";
import { DECLARED } from "./declared.ts";
import { type Found, type IstioReport, proveOnIstio } from "./prove-istio.ts";

const MESHES = Number(process.env.MESHWRIGHT_ISTIO_MESHES ?? 100);
const REQUESTS = 200;
const CLUSTERS = 2;
/** Belongs to an istiod, so all meshes have one. */
const TRUST_DOMAIN = "mesh.test";
/** Of all decisions, so many depend on who the caller is by its certificate. */
const LEAST_BY_IDENTITY = 0.3;
const MOST_SHOWN = 5;

describeWith(`cluster: simulator and istiod agree (seed ${seed})`, ISTIO_PARTS, (parts) => {
  const clusters: IstioCluster[] = [];
  let report: IstioReport | undefined;

  before(async function () {
    this.timeout(120_000);
    const start = async () => clusters.push(await IstioCluster.start(parts(), TRUST_DOMAIN));
    await Promise.all(Array.from({ length: CLUSTERS }, start));
  });

  after(() => Promise.all(clusters.map((cluster) => cluster.stop())));

  /** What a run that ended says; there is nothing to say of another. */
  function reported(test: Mocha.Context): IstioReport {
    return report ?? skip(test, "the run over the meshes did not end");
  }

  it(`on ${REQUESTS} requests each over ${MESHES} meshes`, async function () {
    this.timeout(0);
    const started = performance.now();
    const note = (text: string) =>
      console.log(`      ${((performance.now() - started) / 1_000).toFixed(0).padStart(4)} s  ${text}`);
    report = await proveOnIstio(clusters, busyMeshesOf(TRUST_DOMAIN, MESHES), { seed, requests: REQUESTS, note });
    for (const found of report.disagreements.slice(0, MOST_SHOWN)) console.log(formatFound(found));
    assert.equal(report.disagreements.length, 0, `MESHWRIGHT_SEED=${seed} shows them again`);
  });

  it("with what is declared, counted", function () {
    const { askedAgain, declared, notAsked, slices } = reported(this);
    for (const [name, count] of declared) console.log(`      ${String(count).padStart(5)} ${DECLARED.get(name)}`);
    console.log(`      ${askedAgain} asked again: the machine was too slow for a timeout`);
    console.log(`      ${notAsked} not asked: nobody but a pod has its certificate`);
    for (const [slice, count] of slices) console.log(`      ${String(count).padStart(5)} decided by ${slice}`);
    for (const [slice, count] of slices) assert.ok(count >= MESHES, `${slice} decided only ${count} requests`);
  });

  it(`at least ${LEAST_BY_IDENTITY * 100} % of the decisions by identity`, function () {
    const { byIdentity, decisions } = reported(this);
    console.log(`      ${byIdentity} of ${decisions}`);
    assert.ok(byIdentity >= LEAST_BY_IDENTITY * decisions);
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
