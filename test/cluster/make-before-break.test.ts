/**
 * Versions replaced under load lose no request (reliability.md F27): what routes lead to comes before them and goes after them, at a real
 * istiod and its Envoys (docs/decisions/0009).
 *
 *   MESHWRIGHT_SWAPS  how many times; 4 unless told
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type Acknowledgement, acknowledgements } from "../../components/cluster/acknowledgements.ts";
import type { StoredObject } from "../../components/cluster/istiods.ts";
import { keepReached } from "../../components/engines/istio/kept/kept.ts";
import { leadsOf } from "../../components/engines/istio/kept/leads.ts";
import type { KubernetesObject, MeshObject } from "../../components/engines/kubernetes.ts";
import { compile, defineMesh, http } from "../../components/index.ts";
import type { MeshIr } from "../../components/ir/mesh-ir.ts";
import { istioObjects } from "../../components/passes/render.ts";
import type { Milliseconds } from "../../components/values/duration.ts";
import { startLoad } from "../bench/load.ts";
import { asPods } from "./as-pods.ts";
import { ISTIO_PARTS, IstioCluster, type IstioMesh } from "./istio-mesh.ts";
import { ROOT_NAMESPACE } from "./istiod.ts";
import { applyAll } from "./kubernetes.ts";
import { untilServed } from "./settle.ts";
import { storedObjects } from "./stored-objects.ts";
import { describeWith } from "./with-parts.ts";

const SWAPS = Number(process.env.MESHWRIGHT_SWAPS ?? 4);
const CLIENTS = 8;
/** Two deployments are never nearer to each other: Pulumi alone takes longer to start. */
const BETWEEN = 1_000;
/** As the platform gives the workers of proxies (components/platform/settle.ts). */
const WORKERS_WAIT = 1_000;
const clock = { now: () => performance.now(), sleep: (length: number) => sleep(length) };

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

  /** How long istiod was asked, each time, in seconds. */
  const asked: number[] = [];
  const settled = () => untilServed(cluster, mesh.sidecars);
  const apply = async (objects: readonly MeshObject[]) =>
    applyAll(
      cluster.kubernetes.api,
      objects.flatMap(({ object }) => mesh.bound(object)),
    );

  /** As `up` does it: everything, then the wait, then the routes that move. */
  async function deploy(version: Version): Promise<readonly string[]> {
    const deployed = await storedObjects(cluster.kubernetes.api);
    const { objects, removals } = keepReached(istioObjects(irOf([version])), deployed);
    const waiting = objects.filter(({ settled: waits }) => waits);
    const stored = await apply(objects.filter((one) => !waiting.includes(one)));
    if (waiting.length > 0) await untilAcknowledged(stored, waiting);
    await apply(waiting);
    return removals.map(({ what }) => what);
  }

  const ask = (stored: readonly KubernetesObject[], waiting: readonly MeshObject[], timeout: number) =>
    acknowledgements(
      asPods(cluster.istiod, mesh.sidecars),
      {
        rootNamespace: ROOT_NAMESPACE,
        objects: stored.filter(({ apiVersion }) => apiVersion.includes(".istio.io/")).map(storedAs),
        namespaces: ["moving"],
        ends: leadsOf(waiting.map(({ object }) => object)),
        timeout: timeout as Milliseconds,
      },
      clock,
    );

  async function untilAcknowledged(stored: readonly KubernetesObject[], waiting: readonly MeshObject[]) {
    const began = performance.now();
    const answer = await ask(stored, waiting, 20_000);
    assert.deepEqual(answer, { kind: "acknowledged", proxies: mesh.sidecars.length });
    asked.push((performance.now() - began) / 1_000);
    await sleep(WORKERS_WAIT);
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
    const [least = 0, most = 0] = [Math.min(...asked), Math.max(...asked)];
    console.log(
      `        ${requests} requests; istiod had the acknowledgements after ${least.toFixed(1)} to ${most.toFixed(1)} s`,
    );
    assert.ok(requests > 100 * SWAPS);
    assert.equal(asked.length, SWAPS);
    assert.deepEqual([...failures], []);
  });

  it("names the proxy that has not taken what it was sent, and the one that is not connected", async function () {
    this.timeout(60_000);
    const web = mesh.sidecars.find(({ pod }) => pod.plays.kind === "service" && pod.plays.service.key === "web");
    assert.ok(web !== undefined);
    const name = `${web.pod.name}.${web.pod.namespace}`;
    // What passes on between its Envoy and istiod stands still.
    process.kill(web.started.pid, "SIGSTOP");
    const stored = await apply(istioObjects(all).filter(({ object }) => object.kind === "DestinationRule"));
    const silent = await ask(stored, [], 3_000);
    process.kill(web.started.pid, "SIGCONT");
    assert.match(whyOf(silent), new RegExp(`^after 3 s ${name} has not acknowledged its clusters`));
    assert.deepEqual(await ask(stored, [], 20_000), { kind: "acknowledged", proxies: mesh.sidecars.length });
    await web.stop();
    assert.equal(whyOf(await ask(stored, [], 3_000)), `after 3 s ${name} is not connected`);
  });
});

const whyOf = (answer: Acknowledgement): string => (answer.kind === "acknowledged" ? "acknowledged" : answer.why);

/** What the server adds. */
interface StoredMetadata {
  readonly uid: string;
  readonly generation: number;
}

const storedAs = ({ kind, metadata }: KubernetesObject): StoredObject => {
  const { namespace = "", name, uid, generation } = metadata as KubernetesObject["metadata"] & StoredMetadata;
  return { kind, namespace, name, uid, generation };
};
