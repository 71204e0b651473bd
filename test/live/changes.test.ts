/** Changes of a running mesh: what goes away finishes the requests that it has, and their further tries still find it. */
import assert from "node:assert/strict";
import { defineMesh, http, http2, ms, plaintext, tcp } from "meshwright";
import type { Mesh } from "../../components/index.ts";
import type { Seen } from "../../components/local/ask.ts";
import { irOf, type Live, liveMesh, repeat, request } from "./live-mesh.ts";

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

const url = "http://reviews:9080/";
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Every request has its answer; by which versions? */
function servedBy(answers: readonly { readonly status: number | "refused"; readonly body: string }[]): unknown[] {
  const failed = answers.filter(({ status }) => status !== 200);
  assert.deepEqual(failed, [], `${failed.length} of ${answers.length} requests failed`);
  return [...new Set(answers.map(({ body }) => (JSON.parse(body) as { readonly version: string }).version))].sort();
}

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

const reviewsWith = (ports: Readonly<Record<string, ReturnType<typeof http | typeof http2 | typeof tcp>>>, more = {}) =>
  defineMesh({
    name: "moving",
    targets: ["envoy"],
    services: { web: { ports: { http: http(80) }, calls: ["reviews:http"] }, reviews: { ports, ...more } },
  });

/** Requests without a pause while the mesh changes and a moment longer, and one that is on its way all the time. */
async function duringChange(live: Live, mesh: Mesh): Promise<unknown[]> {
  const slow = request(live, "web", url, { headers: { "x-echo-delay": "1500" } });
  const answers: Seen[] = [];
  let going = true;
  const client = async () => {
    while (going) answers.push(await request(live, "web", url));
  };
  const clients = Promise.all([client(), client(), client()]);
  await wait(300);
  const applied = await live().apply(irOf(mesh));
  await wait(500);
  going = false;
  await clients;
  assert.deepEqual(applied, []);
  return servedBy([...answers, await slow]);
}

liveMesh("a service changes while it is asked", reviewsWith(HTTP), (live) => {
  afterEach(async () => assert.deepEqual(await live().apply(irOf(reviewsWith(HTTP))), []));

  it("it gains a port and loses it again", async () => {
    const more = reviewsWith({ ...HTTP, admin: http(9090), store: tcp(6379) });
    assert.deepEqual(await duringChange(live, more), [null]);
    assert.deepEqual(await duringChange(live, reviewsWith(HTTP)), [null]);
  });

  it("its port gets another number", async () => {
    assert.deepEqual(await live().apply(irOf(reviewsWith({ http: http(9081) }))), []);
    assert.equal((await request(live, "web", "http://reviews:9081/")).status, 200);
  });

  it("it speaks HTTP/2 from now on, then HTTP/1.1 again", async () => {
    assert.deepEqual(await duringChange(live, reviewsWith({ http: http2(9080) })), [null]);
    assert.deepEqual(await duringChange(live, reviewsWith(HTTP)), [null]);
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
