/**
 * The examples as Istio serves them. What each asks in its probes is what `mesh run` is asked, so this compares two engines: a real
 * istiod with the stock Envoy has to answer as our own configuration of Envoy does.
 */
import assert from "node:assert/strict";
import type { MeshIr, Probe } from "../../components/index.ts";
import { runProbeBy } from "../../components/local/run-probes.ts";
import { istioObjects } from "../../components/passes/render.ts";
import { probes as bookinfoProbes } from "../../stacks/meshes/bookinfo.ts";
import { probes as boutiqueProbes } from "../../stacks/meshes/online-boutique.ts";
import { ISTIO_PARTS, IstioCluster, type IstioMesh } from "./istio-mesh.ts";
import { exampleMeshes } from "./istio-meshes.ts";
import { asOneDeadline, onIstio } from "./on-istio.ts";
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
        const ask = async (one: Probe) => asOneDeadline(await mesh.ask(one), one);
        const { agrees, expected, seen } = await runProbeBy(ask, onIstio(probe, ir));
        assert.ok(agrees, `expected ${expected}, saw ${seen}`);
      });
  });

/** Those of this environment. */
function probesOf(name: string, { environment }: MeshIr): readonly Probe[] {
  const table = PROBES[name.split(" ")[0] ?? ""] ?? [];
  return table.filter((probe) => (probe.environment ?? environment) === environment);
}
