/**
 * The examples as Istio serves them. What each asks in its probes is what `mesh run` is asked, so this compares two engines: a real
 * istiod with the stock Envoy has to answer as our own configuration of Envoy does.
 */
import assert from "node:assert/strict";
import type { MeshIr, Probe } from "../../components/index.ts";
import { speaksHttp } from "../../components/ir/port.ts";
import { runProbeBy } from "../../components/local/run-probes.ts";
import { istioObjects } from "../../components/passes/render.ts";
import { probes as bookinfoProbes } from "../../stacks/meshes/bookinfo.ts";
import { probes as boutiqueProbes } from "../../stacks/meshes/online-boutique.ts";
import { ISTIO_PARTS, IstioCluster, type IstioMesh } from "./istio-mesh.ts";
import { exampleMeshes } from "./istio-meshes.ts";
import { describeWith } from "./with-parts.ts";

const PROBES: Readonly<Record<string, readonly Probe[]>> = { boutique: boutiqueProbes, bookinfo: bookinfoProbes };

for (const { name, ir } of exampleMeshes())
  describeWith(`cluster: istiod serves ${name}`, ISTIO_PARTS, (parts) => {
    let cluster: IstioCluster;
    let mesh: IstioMesh;

    before(async function () {
      this.timeout(180_000);
      cluster = await IstioCluster.start(parts(), ir.trustDomain);
      mesh = await cluster.run(ir, istioObjects(ir));
    });

    after(() => cluster?.stop());

    for (const probe of probesOf(name, ir))
      it(probe.name, async () => {
        const { agrees, expected, seen } = await runProbeBy((one) => mesh.ask(one), onIstio(probe, ir));
        assert.ok(agrees, `expected ${expected}, saw ${seen}`);
      });
  });

/** Those of this environment. */
function probesOf(name: string, { environment }: MeshIr): readonly Probe[] {
  const table = PROBES[name.split(" ")[0] ?? ""] ?? [];
  return table.filter((probe) => (probe.environment ?? environment) === environment);
}

/**
 * What differs on Istio. It knows a service outside at its declared port alone, so the application asks for that one. And it refuses
 * in two ways what a caller does not call: 502 at a port where the caller calls somebody by HTTP, else the connection is closed.
 */
function onIstio(probe: Probe, ir: MeshIr): Probe {
  const { from, expect } = probe;
  if (typeof from !== "object") return probe;
  if (expect.status === 404)
    return { ...probe, expect: { status: callsByHttp(from.service, probe.url, ir) ? 502 : "refused" } };
  const url = new URL(probe.url);
  const external = ir.externals.find(({ host }) => host === url.hostname);
  if (external !== undefined && url.port === "") url.port = String(external.ports[0]?.number);
  return external === undefined ? probe : { ...probe, url: url.href };
}

function callsByHttp(caller: string, text: string, ir: MeshIr): boolean {
  const url = new URL(text);
  const asked = url.port === "" ? 80 : Number(url.port);
  const calls = ir.services.find(({ key }) => key === caller)?.calls ?? [];
  const callees = [...ir.services, ...ir.externals];
  return calls.some(({ to, port }) => {
    const found = callees.find(({ id }) => id === to)?.ports.find(({ name }) => name === port);
    return found !== undefined && speaksHttp(found) && found.number === asked;
  });
}
