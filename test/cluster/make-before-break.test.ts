/**
 * Versions replaced under load lose no request (reliability.md F27): what routes lead to comes before them and goes after them, at two real
 * istiods, as in production, and their Envoys (docs/decisions/0009).
 *
 *   MESHWRIGHT_SWAPS  how many times; 4 unless told
 */
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
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
import type { Pod } from "./pods.ts";
import { untilServed } from "./settle.ts";
import type { Sidecar } from "./sidecar.ts";
import { storedObjects } from "./stored-objects.ts";
import { describeWith } from "./with-parts.ts";

const SWAPS = Number(process.env.MESHWRIGHT_SWAPS ?? 4);
const CLIENTS = 8;
/** As of the size `standard`; every other proxy follows the second. */
const ISTIODS = ["istiod-a", "istiod-b"];
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
    cluster = await IstioCluster.start(parts(), all.trustDomain, ISTIODS);
    mesh = await cluster.run(all, istioObjects(all));
  });

  after(() => cluster?.stop());

  /** How long istiod was asked, each time, in seconds. */
  const asked: number[] = [];
  const settled = () => untilServed(cluster.kubernetes, mesh.sidecars);
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
      asPods(cluster.istiods, mesh.sidecars),
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
    const asker = mesh.pods.find((pod) => plays(pod, "web"));
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

  /** Of both istiods together. */
  const everybody = () => ({ kind: "acknowledged", proxies: mesh.sidecars.length });

  /** A proxy that follows the versions of reviews: that of their caller, or of a stranger, who sees everything. */
  function follower(name: string): Sidecar {
    const found = mesh.sidecars.find(({ istiod, pod }) => istiod.name === name && !plays(pod, "reviews"));
    assert.ok(found !== undefined);
    return found;
  }

  /** Something new for those. */
  async function change(): Promise<readonly KubernetesObject[]> {
    const [rule] = istioObjects(all).filter(({ object }) => object.kind === "DestinationRule");
    assert.ok(rule !== undefined);
    const connectTimeout = `${++changes}s`;
    const trafficPolicy = {
      ...(rule.object.spec as RuleSpec).trafficPolicy,
      connectionPool: { tcp: { connectTimeout } },
    };
    return apply([{ ...rule, object: { ...rule.object, spec: { ...(rule.object.spec as object), trafficPolicy } } }]);
  }
  /** No connection waits that long by itself. */
  let changes = 1_000;

  /** Acknowledged, and rightly: the proxies of both istiods have it. */
  async function assertTaken(answer: Acknowledgement): Promise<void> {
    assert.deepEqual(answer, everybody());
    for (const name of ISTIODS) {
      const clusters = await follower(name).admin("/config_dump?resource=dynamic_active_clusters");
      assert.ok(clusters.includes(`"connect_timeout": "${changes}s"`), name);
    }
  }

  it("asks both istiods, which have half of the proxies each", async () => {
    const connected = await Promise.all(cluster.istiods.map((istiod) => istiod.debug("/debug/syncz")));
    assert.deepEqual(
      connected.map((syncs) => (syncs as readonly unknown[]).length),
      [2, 2],
    );
    await assertTaken(await ask(await change(), [], 20_000));
  });

  it("waits for the istiod that is behind the other one", async function () {
    this.timeout(60_000);
    const [, behind] = cluster.istiods;
    assert.ok(behind !== undefined);
    process.kill(behind.started.pid, "SIGSTOP");
    const answer = ask(await change(), [], 20_000);
    await sleep(2_000);
    process.kill(behind.started.pid, "SIGCONT");
    await assertTaken(await answer);
  });

  it("counts a proxy once that is connected to both, and waits for both connections", async function () {
    this.timeout(60_000);
    const first = follower("istiod-a");
    const [, other] = cluster.istiods;
    assert.ok(other !== undefined);
    // As after a connection that broke without a word: the old one is still there when the new one comes.
    const twin = await cluster.sidecar({ ...first.pod, outbound: OF_THE_TWIN }, other);
    try {
      assert.deepEqual(await ask(await change(), [], 20_000), everybody());
      assert.match(await whileSilent(twin), new RegExp(`^after 3 s ${nameOf(first)} has not acknowledged`));
    } finally {
      await twin.stop();
    }
    assert.deepEqual(await ask(await change(), [], 20_000), everybody());
  });

  for (const istiod of ISTIODS)
    it(`names the proxy of ${istiod} that has not taken what it was sent, and that is not connected`, async function () {
      this.timeout(60_000);
      const one = follower(istiod);
      assert.match(await whileSilent(one), new RegExp(`^after 3 s ${nameOf(one)} has not acknowledged its clusters`));
      const stored = await change();
      assert.deepEqual(await ask(stored, [], 20_000), everybody());
      await one.stop();
      assert.equal(whyOf(await ask(stored, [], 3_000)), `after 3 s ${nameOf(one)} is not connected`);
      mesh.sidecars.splice(mesh.sidecars.indexOf(one), 1);
    });

  /** What is said while nothing passes between a proxy and its istiod. */
  async function whileSilent({ started }: Sidecar): Promise<string> {
    process.kill(started.pid, "SIGSTOP");
    try {
      return whyOf(await ask(await change(), [], 3_000));
    } finally {
      process.kill(started.pid, "SIGCONT");
    }
  }
});

/** Where the application of its pod would ask it, if there were one. */
const OF_THE_TWIN = `127.${randomInt(16, 240)}.${randomInt(256)}.1`;

const plays = ({ plays: role }: Pod, key: string): boolean => role.kind === "service" && role.service.key === key;

const nameOf = ({ pod }: Sidecar): string => `${pod.name}.${pod.namespace}`;

const whyOf = (answer: Acknowledgement): string => (answer.kind === "acknowledged" ? "acknowledged" : answer.why);

interface RuleSpec {
  readonly trafficPolicy?: object;
}

/** What the server adds. */
interface StoredMetadata {
  readonly uid: string;
  readonly generation: number;
}

const storedAs = ({ kind, metadata }: KubernetesObject): StoredObject => {
  const { namespace = "", name, uid, generation } = metadata as KubernetesObject["metadata"] & StoredMetadata;
  return { kind, namespace, name, uid, generation };
};
