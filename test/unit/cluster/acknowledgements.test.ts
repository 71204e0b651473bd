/** When istiods are believed that their proxies have taken a change, from what they answer over time. Time is played, not waited for. */
import assert from "node:assert/strict";
import { type Awaited, acknowledgements } from "../../../components/cluster/acknowledgements.ts";
import type { StoredObject } from "../../../components/cluster/istiods.ts";
import type { Answer, KubernetesApi } from "../../../components/cluster/kubernetes-api.ts";
import type { Milliseconds } from "../../../components/values/duration.ts";

interface Proxy {
  readonly name: string;
  /** By field, like `cluster`: what was sent and what was taken. */
  readonly nonces?: Readonly<Record<string, readonly [sent: string, acked: string]>>;
  readonly error?: string;
  readonly clusters?: readonly string[];
}

interface Pod {
  readonly name: string;
  readonly objects?: readonly StoredObject[];
  readonly updates?: number;
  readonly pushes?: number;
  readonly proxies?: readonly Proxy[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly ready?: boolean;
  /** What comes instead of every answer. */
  readonly answer?: Answer;
}

interface World {
  readonly istiods: readonly Pod[];
  /** Of the namespace `shop`, those with a proxy that runs; absent: those that are connected. */
  readonly running?: readonly string[];
  /** What comes instead of lists of pods. */
  readonly list?: Answer;
}

const CLUSTERS = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
const ENDPOINTS = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";

const rule = (generation: number, uid = "a"): StoredObject => ({
  ...{ kind: "DestinationRule", namespace: "shop", name: "reviews" },
  ...{ uid, generation },
});

const synced = (name: string, nonce = "1"): Proxy => ({ name, nonces: { cluster: [nonce, nonce] } });
const calm = (proxies: readonly Proxy[], more: Partial<Pod> = {}): Pod => ({
  ...{ name: "istiod-a", objects: [rule(2)], updates: 7, pushes: 3, proxies },
  ...more,
});
const following = (name: string, ...versions: readonly string[]): Proxy => ({
  ...synced(name),
  clusters: versions.map((version) => `outbound|9080|${version}|reviews.shop.svc.cluster.local`),
});

const json = (value: unknown): Answer => ({ kind: "ok", body: JSON.stringify(value) });
const refused = (status: number, message: string): Answer => ({ kind: "refused", status, message });

const podBody = ({ name, ready = true, env = [] }: Pod) => ({
  metadata: { name },
  spec: { containers: [{ name: "discovery", env }] },
  status: {
    conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
    initContainerStatuses: [{ name: "istio-proxy", ready }],
  },
});

function answerOf({ objects = [], updates = 0, pushes = 0, proxies = [], answer }: Pod, path: string): Answer {
  if (answer !== undefined) return answer;
  if (path === "/debug/configz")
    return json(objects.map(({ kind, ...metadata }) => ({ apiVersion: "networking.istio.io/v1", kind, metadata })));
  if (path === "/debug/syncz")
    return json(
      proxies.map(({ name, nonces = {}, error }) => ({
        proxy: name,
        ...Object.fromEntries(
          Object.entries(nonces).flatMap(([field, [sent, acked]]) => [
            [`${field}_sent`, sent],
            [`${field}_acked`, acked],
          ]),
        ),
        resources: { [CLUSTERS]: { lastError: error } },
      })),
    );
  if (path === "/debug/adsz")
    return json({
      clients: proxies.map(({ name, clusters = [] }) => ({
        connectionId: `${name}-12`,
        watches: { [ENDPOINTS]: clusters },
      })),
    });
  assert.equal(path, "/metrics");
  const counts = [
    `pilot_inbound_updates{type="config"} ${updates}`,
    `pilot_inbound_updates{type="eds"} ${endpointUpdates++}`,
    `pilot_debounce_time_count ${pushes}`,
  ];
  return { kind: "ok", body: `# HELP\n${counts.join("\n")}\n` };
}

/** Endpoints come and go all the time; most of that is no push. */
let endpointUpdates = 0;

interface Told {
  readonly said: string;
  /** How long it took, in milliseconds of the play. */
  readonly after: number;
}

/** A cluster that is what `worldAt` says at each moment, asked as the platform does. */
async function told(worldAt: (now: number) => World, more: Partial<Awaited> = {}): Promise<Told> {
  let now = 0;
  const api: KubernetesApi = {
    name: "a play",
    ask: () => assert.fail("nothing is written"),
    close: () => Promise.resolve(),
    get: (path) => {
      const { list, istiods, running } = worldAt(now);
      if (list !== undefined) return Promise.resolve(list);
      if (path === "/api/v1/namespaces/istio-system/pods?labelSelector=app%3Distiod")
        return Promise.resolve({ kind: "ok", body: { items: istiods.map(podBody) } });
      assert.equal(path, "/api/v1/namespaces/shop/pods");
      const connected = istiods.flatMap(({ proxies = [] }) => proxies.map(({ name }) => name));
      const names = (running ?? connected).filter((name) => name.endsWith(".shop")).map((name) => name.split(".")[0]);
      return Promise.resolve({ kind: "ok", body: { items: names.map((name = "") => podBody({ name })) } });
    },
    getOfPod: ({ namespace, name, port }, path) => {
      assert.deepEqual([namespace, port], ["istio-system", 15_014]);
      const pod = worldAt(now).istiods.find((one) => one.name === name);
      return Promise.resolve(pod === undefined ? refused(404, "no such pod") : answerOf(pod, path));
    },
  };
  const clock = { now: () => now, sleep: (length: number) => Promise.resolve(void (now += length)) };
  const awaited: Awaited = {
    ...{ rootNamespace: "istio-system", objects: [rule(2)], namespaces: ["shop"], ends: [] },
    ...{ timeout: 10_000 as Milliseconds, ...more },
  };
  const answer = await acknowledgements(api, awaited, clock);
  return { said: answer.kind === "acknowledged" ? `${answer.proxies} proxies` : answer.why, after: now };
}

describe("what istiods say of their proxies", () => {
  it("is believed of all istiods and all proxies together, in a fraction of the time that is waited for otherwise", async () => {
    const world = {
      istiods: [calm([synced("web.shop"), synced("cart.shop")]), calm([synced("gate.shop")], { name: "istiod-b" })],
    };
    const { said, after } = await told(() => world);
    assert.equal(said, "3 proxies");
    assert.ok(after <= 1_000, `${after} ms`);
  });

  it("means nothing before each istiod has read what was deployed: this object, and no older state of it", async () => {
    for (const old of [[], [rule(1)], [rule(9, "of one that was deleted")]]) {
      const late = (now: number) =>
        calm([synced("cart.shop")], { name: "istiod-b", objects: now < 3_000 ? old : [rule(2)] });
      const { said, after } = await told((now) => ({ istiods: [calm([synced("web.shop")]), late(now)] }));
      assert.equal(said, "2 proxies");
      assert.ok(after >= 3_000);
    }
    const never = await told(() => ({ istiods: [calm([synced("web.shop")], { objects: [rule(1)] })] }));
    assert.equal(never.said, "after 10 s istiod-a has not read DestinationRule shop/reviews");
    const newer = await told(() => ({ istiods: [calm([synced("web.shop")], { objects: [rule(3)] })] }));
    assert.equal(newer.said, "1 proxies");
  });

  it("means nothing while istiod gathers changes, for then it has not begun to send them", async () => {
    const busy = (pushes: (now: number) => number) => (now: number) => ({
      istiods: [calm([synced("web.shop")], { updates: Math.ceil(now / 100), pushes: pushes(now) })],
    });
    assert.match((await told(busy(() => 3))).said, /^after 10 s istiod-a still gathers changes$/);
    // The first push may have been begun before the change came.
    assert.match((await told(busy((now) => (now < 2_000 ? 3 : 4)))).said, /gathers changes/);
    const twice = await told(busy((now) => 3 + Math.floor(now / 2_000)));
    assert.equal(twice.said, "1 proxies");
    assert.ok(twice.after >= 4_000);
    const ending = await told((now) => ({ istiods: [calm([synced("web.shop")], { updates: Math.min(now, 5_000) })] }));
    assert.equal(ending.said, "1 proxies");
    assert.ok(ending.after > 5_200);
  });

  it("waits for as long as an istiod gathers, where that is told otherwise", async () => {
    const env = [{ name: "PILOT_DEBOUNCE_AFTER", value: "2s" }];
    assert.ok((await told(() => ({ istiods: [calm([synced("web.shop")], { env })] }))).after >= 2_000);
  });

  it("names who has not taken it: silent, refusing, disconnected, new", async () => {
    const proxies: readonly Proxy[] = [
      synced("web.shop"),
      { name: "cart.shop", nonces: { cluster: ["2", "1"], listener: ["2", "2"], endpoint: ["2", "1"] } },
      { name: "ads.shop", nonces: { cluster: ["2", "1"] }, error: "no such filter" },
      { name: "new.shop" },
    ];
    const running = ["web.shop", "cart.shop", "ads.shop", "new.shop", "lost.shop"];
    const { said } = await told(() => ({ istiods: [calm(proxies)], running }));
    assert.equal(
      said,
      "after 10 s cart.shop has not acknowledged its clusters, endpoints; ads.shop refused its clusters: no such filter; " +
        "new.shop was sent nothing yet; lost.shop is not connected",
    );
  });

  it("names five, and counts the rest", async () => {
    const running = Array.from({ length: 8 }, (_, index) => `web-${index}.shop`);
    const { said } = await told(() => ({ istiods: [calm([])], running }));
    assert.match(said, /web-4\.shop is not connected; 3 more$/);
    assert.doesNotMatch(said, /web-5/);
  });

  it("asks each proxy once, for what others change later is none of ours", async () => {
    const world = (now: number) => {
      const web = now < 1_500 ? synced("web.shop") : { name: "web.shop", nonces: { cluster: ["9", "1"] } as const };
      const cart = now < 4_000 ? { name: "cart.shop", nonces: { cluster: ["2", "1"] } as const } : synced("cart.shop");
      return { istiods: [calm([web, cart])] };
    };
    const { said, after } = await told(world);
    assert.equal(said, "2 proxies");
    assert.ok(after >= 4_000);
  });

  it("counts a proxy once that is connected to two istiods, and waits until both have its acknowledgement", async () => {
    const old: Proxy = { name: "web.shop", nonces: { cluster: ["2", "1"] } };
    const world = (until: number) => (now: number) => ({
      istiods: [calm([synced("web.shop")]), calm([now < until ? old : synced("web.shop")], { name: "istiod-b" })],
    });
    const { said, after } = await told(world(3_000));
    assert.equal(said, "1 proxies");
    assert.ok(after >= 3_000);
    assert.equal((await told(world(Infinity))).said, "after 10 s web.shop has not acknowledged its clusters");
  });

  it("does not wait for proxies that no route of the mesh leads", async () => {
    const elsewhere = { name: "web.else", nonces: { cluster: ["2", "1"] } as const };
    assert.equal((await told(() => ({ istiods: [calm([synced("web.shop"), elsewhere])] }))).said, "1 proxies");
  });

  it("does not believe that a proxy has a version while it follows others of that host and not this one", async () => {
    const ends = [{ host: "reviews.shop.svc.cluster.local", subset: "v2" }];
    const blind = await told(() => ({ istiods: [calm([following("web.shop", "", "v1")])] }), { ends });
    assert.equal(blind.said, "after 10 s web.shop does not know v2 of reviews.shop.svc.cluster.local");
    const world = (now: number) => ({
      istiods: [
        calm([
          following("web.shop", "", "v1", ...(now < 2_000 ? [] : ["v2"])),
          // It may not call the versions of reviews, so nobody tells it of them.
          following("cart.shop", ""),
        ]),
      ],
    });
    const { said, after } = await told(world, { ends });
    assert.equal(said, "2 proxies");
    assert.ok(after >= 2_000);
    const whole = { ends: [{ host: "reviews.shop.svc.cluster.local", subset: undefined }] };
    assert.equal((await told(() => ({ istiods: [calm([following("web.shop", "", "v1")])] }), whole)).said, "1 proxies");
  });

  it("comes from an istiod that has just started, too", async () => {
    const fresh = (now: number) =>
      calm([synced("web.shop")], { name: "istiod-b", objects: now < 2_000 ? [] : [rule(2)] });
    const { said, after } = await told((now) => ({
      istiods: now < 400 ? [calm([synced("web.shop")])] : [calm([], { ready: false }), fresh(now)],
    }));
    assert.equal(said, "1 proxies");
    assert.ok(after >= 2_000);
  });

  it("is not asked for again where there is no right to ask, and the right is named", async () => {
    const forbidden = refused(403, "Unexpected server response: 403");
    assert.deepEqual(await told(() => ({ istiods: [calm([], { answer: forbidden })] })), {
      said: "you may not get and create pods/portforward in istio-system",
      after: 0,
    });
    assert.deepEqual(await told(() => ({ istiods: [], list: forbidden })), {
      said: "you may not list pods in istio-system",
      after: 0,
    });
    const page: Answer = { kind: "ok", body: "<html>" };
    assert.deepEqual(await told(() => ({ istiods: [calm([], { answer: page })] })), {
      said: "istiod-a does not say what its proxies have",
      after: 0,
    });
  });

  it("is asked for again where nobody answers, until it is too late", async () => {
    const late = (answer: Answer) => (now: number) => ({
      istiods: [calm([synced("web.shop")], now < 2_000 ? { answer } : {})],
    });
    const lost = refused(0, "error forwarding port 15014: connection refused");
    assert.equal((await told(late(lost))).said, "1 proxies");
    const never = await told(() => ({ istiods: [calm([], { answer: lost })] }));
    assert.equal(never.said, "after 10 s istiod-a: error forwarding port 15014: connection refused");
    const none = await told(() => ({ istiods: [calm([], { ready: false })] }));
    assert.equal(none.said, "after 10 s no pod of istiod is ready in istio-system");
  });
});
