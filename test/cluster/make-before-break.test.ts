/**
 * Versions replaced under load lose no request (reliability.md F27): what routes lead to comes before them and goes after them, at a real
 * istiod and its Envoys (docs/decisions/0009).
 *
 *   MESHWRIGHT_SWAPS  how many times; 4 unless told
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { keepReached } from "../../components/engines/istio/kept/kept.ts";
import type { MeshObject } from "../../components/engines/kubernetes.ts";
import { compile, defineMesh, http } from "../../components/index.ts";
import type { MeshIr } from "../../components/ir/mesh-ir.ts";
import { istioObjects } from "../../components/passes/render.ts";
import { startLoad } from "../bench/load.ts";
import { ISTIO_PARTS, IstioCluster, type IstioMesh } from "./istio-mesh.ts";
import { untilServed } from "./settle.ts";
import { storedObjects } from "./stored-objects.ts";
import { describeWith } from "./with-parts.ts";

const SWAPS = Number(process.env.MESHWRIGHT_SWAPS ?? 4);
const CLIENTS = 8;
/** Two deployments are never nearer to each other: Pulumi alone takes longer to start. */
const BETWEEN = 1_000;

type Version = "v1" | "v2";

function irOf(versions: readonly [Version, ...Version[]]): MeshIr {
  const mesh = defineMesh({
    name: "moving",
    targets: ["istio"],
    services: {
      web: { ports: { http: http(80) }, calls: ["reviews"] },
      reviews: { ports: { http: http(9080) }, versions },
    },
    routes: { reviews: { default: { to: { [versions[0]]: 1 } } } },
  });
  const { ir } = compile(mesh.at("default"));
  assert.ok(ir !== undefined);
  return ir;
}

describeWith("cluster: versions replaced under load", ISTIO_PARTS, (parts) => {
  const all = irOf(["v1", "v2"]);
  let cluster: IstioCluster;
  let mesh: IstioMesh;

  before(async function () {
    this.timeout(180_000);
    cluster = await IstioCluster.start(parts(), all.trustDomain);
    mesh = await cluster.run(all, istioObjects(all));
  });

  after(() => cluster?.stop());

  const settled = () => untilServed(cluster, mesh.sidecars);
  const apply = async (objects: readonly MeshObject[]) => {
    for (const bound of objects.flatMap(({ object }) => mesh.bound(object)))
      assert.equal((await cluster.kubernetes.api.apply(bound)).kind, "ok", bound.metadata.name);
  };

  /** As `up` does it: everything, then the wait, then the routes that move. */
  async function deploy(version: Version): Promise<readonly string[]> {
    const deployed = await storedObjects(cluster.kubernetes.api);
    const { objects, removals } = keepReached(istioObjects(irOf([version])), deployed);
    await apply(objects.filter(({ settled: waits }) => !waits));
    await settled();
    await apply(objects.filter(({ settled: waits }) => waits));
    return removals.map(({ what }) => what);
  }

  it(`loses none of all requests while ${SWAPS} versions come and go`, async function () {
    this.timeout(0);
    await deploy("v1");
    await settled();
    const asker = mesh.pods.find(({ plays }) => plays.kind === "service" && plays.service.key === "web");
    const load = startLoad("h1", 9080, "reviews.moving:9080", CLIENTS, asker?.outbound);
    for (let swap = 0; swap < SWAPS; swap++) {
      const version = swap % 2 === 0 ? "v2" : "v1";
      assert.equal((await deploy(version)).length, 1, "the version before is still there");
      await settled();
      await sleep(BETWEEN);
      assert.deepEqual(await deploy(version), [], "and then it is not");
      await sleep(BETWEEN);
    }
    const { requests, failures } = await load.stop();
    console.log(`        ${requests} requests`);
    assert.ok(requests > 100 * SWAPS);
    assert.deepEqual([...failures], []);
  });
});
