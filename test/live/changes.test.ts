/** Changes of a running mesh: what goes away finishes the requests that it has, and their further tries still find it. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:tls";
import { defineMesh, http, http2, ms, plaintext, tcp, tls } from "meshwright";
import type { Mesh } from "../../components/index.ts";
import { duringChange, servedBy, url, wait } from "./during-change.ts";
import { irOf, liveMesh, repeat, reportOf, request } from "./live-mesh.ts";

/** All requests go to one of the versions; one that fails is tried again after up to a second. */
const routed = (to: "v1" | "v2", versions: readonly ["v1", ..."v2"[]]) =>
  defineMesh({
    name: "moving",
    targets: ["envoy"],
    services: {
      web: { ports: { http: http(80) }, calls: ["reviews"] },
      reviews: { ports: { http: http(9080) }, versions },
    },
    routes: {
      reviews: {
        default: {
          to: { [to]: 1 },
          retries: { attempts: 1, on: ["5xx"], backOff: { base: ms(1_000), max: ms(1_000) } },
        },
      },
    },
  });

/** No routes: one cluster holds every version, and stays when one of them goes. */
const together = (versions: readonly ["v1", ..."v2"[]]) =>
  defineMesh({
    name: "moving",
    targets: ["envoy"],
    services: {
      web: { ports: { http: http(80) }, calls: ["reviews"] },
      reviews: { ports: { http: http(9080) }, versions },
    },
  });

liveMesh("a version goes away after its route moved", routed("v2", ["v1", "v2"]), (live) => {
  beforeEach(async () => assert.deepEqual(await live().apply(irOf(routed("v2", ["v1", "v2"]))), []));

  it("it answers the requests that it has", async () => {
    const answers = repeat(16, () => request(live, "web", url, { headers: { "x-echo-delay": "1000" } }));
    await wait(300);
    assert.deepEqual(await live().apply(irOf(routed("v1", ["v1"]))), []);
    assert.deepEqual(servedBy(await answers), ["v2"]);
    assert.deepEqual(servedBy([await request(live, "web", url)]), ["v1"]);
  });

  it("requests that it failed are tried again there", async () => {
    // Three: no more may wait for another try at a cluster at a time (Envoy, circuit breakers, max_retries).
    const failOnce = (index: number) => ({ "x-echo-fail-first": "1", "x-echo-key": `changes ${index}` });
    const answers = repeat(3, (index) => request(live, "web", url, { headers: failOnce(index) }));
    await wait(100);
    assert.deepEqual(await live().apply(irOf(routed("v1", ["v1"]))), []);
    assert.deepEqual(servedBy(await answers), ["v2"]);
  });
});

liveMesh("a version goes away that shares its cluster", together(["v1", "v2"]), (live) => {
  it("it answers the requests that it has", async () => {
    const answers = repeat(16, () => request(live, "web", url, { headers: { "x-echo-delay": "1000" } }));
    await wait(300);
    assert.deepEqual(await live().apply(irOf(together(["v1"]))), []);
    assert.deepEqual(servedBy(await answers), ["v1", "v2"]);
  });
});

/** Another caller is another rule of access: the callee's listener changes, and Envoy replaces it. */
const called = (by: readonly "web"[]) =>
  defineMesh({
    name: "moving",
    targets: ["envoy"],
    services: {
      web: { ports: { http: http(80) }, calls: ["reviews"] },
      other: { ports: { http: http(80) }, calls: by.length > 0 ? ["reviews"] : [] },
      reviews: { ports: { http: http(9080) } },
    },
  });

liveMesh("a callee admits another caller", called([]), (live) => {
  it("it answers the requests that it has", async () => {
    const answers = repeat(4, () => request(live, "web", url, { headers: { "x-echo-delay": "4000" } }));
    await wait(300);
    assert.deepEqual(await live().apply(irOf(called(["web"]))), []);
    assert.deepEqual(servedBy([await request(live, "other", url)]), [null]);
    assert.deepEqual(servedBy(await answers), [null]);
  });
});

// --- what a service is itself -----------------------------------------------------------------------------------------

const HTTP = { http: http(9080) };

type Ports = Readonly<Record<string, ReturnType<typeof http | typeof http2 | typeof tcp | typeof tls>>>;

const reviewsWith = (ports: Ports) =>
  defineMesh({
    name: "moving",
    targets: ["envoy"],
    services: {
      web: { ports: { http: http(80) }, calls: Object.keys(ports).map((port) => `reviews:${port}` as const) },
      reviews: { ports },
    },
  });

/** The accounts that they run under. */
const running = (accounts: { readonly web: string; readonly reviews: string }) =>
  defineMesh({
    name: "moving",
    targets: ["envoy"],
    services: {
      web: { ports: { http: http(80) }, calls: ["reviews"], serviceAccount: accounts.web },
      reviews: { ports: HTTP, serviceAccount: accounts.reviews },
    },
  });

liveMesh("a service changes while it is asked", reviewsWith(HTTP), (live) => {
  afterEach(async () => assert.deepEqual(await live().apply(irOf(reviewsWith(HTTP))), []));

  it("it gains a port and loses it again", async () => {
    const more = reviewsWith({ ...HTTP, admin: http(9090), store: tcp(6379) });
    assert.deepEqual(await duringChange(live, more), [null]);
    assert.deepEqual(await duringChange(live, reviewsWith(HTTP)), [null]);
  });

  it("its port gets another name", async () => {
    assert.deepEqual(await duringChange(live, reviewsWith({ web: http(9080) })), [null]);
    assert.deepEqual(await duringChange(live, reviewsWith(HTTP)), [null]);
  });

  it("its port gets another number", async () => {
    assert.deepEqual(await live().apply(irOf(reviewsWith({ http: http(9081) }))), []);
    assert.equal((await request(live, "web", "http://reviews:9081/")).status, 200);
  });

  it("it gains a port where it speaks TLS itself", async () => {
    assert.deepEqual(await live().apply(irOf(reviewsWith({ ...HTTP, safe: tls(9443) }))), []);
    const { placement } = live().plan;
    const socket = connect({
      ...placement.outboundTcp("moving/web", "moving/reviews/safe"),
      servername: "reviews.moving",
      ca: live().authority.caPem,
    });
    const [line] = (await once(socket, "data")) as [Buffer];
    socket.destroy();
    assert.equal((JSON.parse(line.toString()) as { readonly service: string }).service, "reviews");
  });

  it("it speaks HTTP/2 from now on, then HTTP/1.1 again", async () => {
    assert.deepEqual(await duringChange(live, reviewsWith({ http: http2(9080) })), [null]);
    assert.deepEqual(await duringChange(live, reviewsWith(HTTP)), [null]);
  });
});

liveMesh("services run under other accounts while they are asked", running({ web: "w", reviews: "r" }), (live) => {
  /** Who answers, and whom it takes the caller for. */
  const seen = async () => {
    const { identity, peer } = reportOf(await request(live, "web", url));
    return [identity, peer].map((text) => /sa\/(\w+)$/.exec(text ?? "")?.[1]);
  };

  it("the callee", async () => {
    assert.deepEqual(await duringChange(live, running({ web: "w", reviews: "r2" })), [null]);
    assert.deepEqual(await seen(), ["r2", "w"]);
  });

  it("the caller", async () => {
    assert.deepEqual(await duringChange(live, running({ web: "w2", reviews: "r2" })), [null]);
    assert.deepEqual(await seen(), ["r2", "w2"]);
  });

  it("both", async () => {
    assert.deepEqual(await duringChange(live, running({ web: "w", reviews: "r" })), [null]);
    assert.deepEqual(await seen(), ["r", "w"]);
  });
});

interface Rates {
  readonly host: string;
  readonly ports: { readonly web: ReturnType<typeof http | typeof http2> };
  readonly tls?: ReturnType<typeof plaintext>;
}

const outside = (rates: Rates) =>
  defineMesh({
    name: "moving",
    targets: ["envoy"],
    services: { web: { ports: { http: http(80) }, calls: ["rates"] } },
    externals: { rates },
  });

liveMesh("a server outside changes", outside({ host: "rates.example", ports: { web: http(443) } }), (live) => {
  it("another host, then plaintext, then another protocol: what plays it follows", async () => {
    const answered = async (host: string, mesh: Mesh) => {
      assert.deepEqual(await live().apply(irOf(mesh)), []);
      const { status, body } = await request(live, "web", `http://${host}/`);
      return [status, (JSON.parse(body) as { readonly external: string }).external];
    };
    const moved = { host: "moved.example", ports: { web: http(443) } };
    assert.deepEqual(await answered("moved.example", outside(moved)), [200, "moved.example"]);
    const plain = { ...moved, tls: plaintext() };
    assert.deepEqual(await answered("moved.example:443", outside(plain)), [200, "moved.example"]);
    const modern = { ...plain, ports: { web: http2(443) } };
    assert.deepEqual(await answered("moved.example:443", outside(modern)), [200, "moved.example"]);
  });
});

/** `metrics` of a proxy stand in its bootstrap. */
const counting = (requests: boolean, versions: readonly ["v1", ..."v2"[]] = ["v1"]) =>
  defineMesh({
    name: "moving",
    targets: ["envoy"],
    metrics: { requests, connections: true },
    services: {
      web: { ports: { http: http(80) }, calls: ["reviews"], metrics: { requests: true, connections: true } },
      reviews: { ports: HTTP, versions },
    },
  });

liveMesh("what a proxy reads only when it starts", counting(true), (live) => {
  it("it keeps, and the run says so; a proxy that starts has the new", async () => {
    assert.deepEqual(await live().apply(irOf(counting(false))), []);
    assert.deepEqual(live().outdated, ["moving/reviews/v1"]);
    assert.deepEqual(await live().apply(irOf(counting(false, ["v1", "v2"]))), []);
    assert.deepEqual(live().outdated, ["moving/reviews/v1"]);
    assert.deepEqual(await live().apply(irOf(counting(true, ["v1", "v2"]))), []);
    assert.deepEqual(live().outdated, ["moving/reviews/v2"]);
    assert.deepEqual(await live().apply(irOf(counting(true))), []);
    assert.deepEqual(live().outdated, []);
  });
});

liveMesh(
  "names as long as Kubernetes allows",
  defineMesh({
    name: "moving",
    targets: ["envoy"],
    services: {
      web: { ports: { http: http(80) }, calls: ["reviews"] },
      reviews: { name: "r".repeat(63), namespace: "n".repeat(63), ports: { ["p".repeat(15)]: http(9080) } },
    },
  }),
  (live) => {
    it("proxy and workload have their sockets all the same", async () => {
      const host = `${"r".repeat(63)}.${"n".repeat(63)}`;
      assert.deepEqual(servedBy([await request(live, "web", `http://${host}:9080/`)]), [null]);
    });
  },
);
