/** What each assertion of a mesh test accepts, what it refuses, and what a refusal tells. */
import assert, { AssertionError } from "node:assert/strict";
import { defineMesh, deny, header, http, listen, ms, path, percent, seconds, tcp } from "meshwright";
import { testMesh, WrongTest } from "meshwright/testing";

const shop = defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews", "db"] },
    reviews: {
      ports: { http: http(9080) },
      versions: ["v1", "v2"],
      access: { noAdmin: deny({ paths: [path("/admin").andBelow()] }), noTrace: deny({ methods: ["TRACE"] }) },
    },
    db: { ports: { data: tcp(5432) } },
  },
  routes: {
    reviews: {
      beta: { when: header("x-beta").is("1"), to: "v2" },
      broken: { when: path("/broken").exactly(), fault: { abort: { status: 503 } } },
      shaky: { when: path("/shaky").exactly(), to: "v1", fault: { abort: { status: 500, percent: percent(5) } } },
      slow: { when: path("/slow").exactly(), to: "v1", fault: { delay: { for: ms(50) } } },
      old: { when: path("/old").exactly(), redirect: { path: "/new" } },
      tea: { when: path("/tea").exactly(), respond: { status: 418 } },
      api: {
        when: path("/api").andBelow(),
        rewrite: { prefix: "/v1" },
        headers: { request: { set: { "x-api": "1" }, remove: ["x-beta"] }, response: { set: { "x-seen": "1" } } },
        to: "v1",
      },
      rest: { to: { v1: 90, v2: 10 }, timeout: seconds(2), retries: { attempts: 2, on: ["5xx"] } },
    },
  },
  gateways: {
    edge: {
      listeners: { plain: listen.http(80, { hosts: ["shop.example.com"] }) },
      routes: { all: { when: path("/shop").andBelow(), to: "reviews" } },
    },
  },
});

const mesh = testMesh(shop);
const web = mesh.from("web");

/** Holds for the first, fails for the second. */
const tells = (name: string, holds: () => unknown, fails: () => unknown, expected: RegExp) =>
  it(name, () => {
    holds();
    assert.throws(fails, (error) => error instanceof AssertionError && expected.test(error.message));
  });

describe("assertions of a mesh test", () => {
  const beta = { headers: { "x-beta": "1" } };

  tells(
    "reaches",
    () => web.get("/x", beta).reaches("reviews", "v2"),
    () => web.get("/x").reaches("reviews", "v1"),
    /reach reviews v1/,
  );
  tells(
    "reaches, where a share is aborted",
    () => web.get("/slow").reaches("reviews"),
    () => web.get("/shaky").reaches("reviews"),
    /5% of them aborted/,
  );
  tells(
    "splits",
    () => web.get("/x").splits({ v1: 9, v2: 1 }),
    () => web.get("/x").splits({ v1: 90, v2: 11 }),
    /90 % to reviews:http v1/,
  );
  tells(
    "splits, all named",
    () => web.get("/x").splits("reviews", { v1: 90, v2: 10 }),
    () => web.get("/x").splits({ v1: 1 }),
    /v1 100 %/,
  );
  tells(
    "isDenied",
    () => web.get("/admin/x").isDenied("noAdmin"),
    () => web.get("/admin/x").isDenied("noTrace"),
    /by rule noTrace/,
  );
  tells(
    "isDenied, of anybody",
    () => mesh.stranger().to("db").connect().isDenied(),
    () => web.get("/x").isDenied(),
    /lets it in/,
  );
  tells(
    "redirectsTo",
    () => web.get("/old").redirectsTo("http://reviews/new", 302),
    () => web.get("/old").redirectsTo("http://reviews/other"),
    /redirected \(302\)/,
  );
  tells(
    "answers",
    () => web.get("/tea").answers(418),
    () => web.get("/x").answers(200),
    /answered by the proxy with 200/,
  );
  tells(
    "isAborted",
    () => web.get("/broken").isAborted(503),
    () => web.get("/broken").isAborted(500),
    /aborted by a fault with 503/,
  );
  tells(
    "isAborted, a share",
    () => web.get("/shaky").isAborted(500, percent(5)),
    () => web.get("/shaky").isAborted(500),
    /5% of them/,
  );
  tells(
    "isDelayed",
    () => web.get("/slow").isDelayed(ms(50)),
    () => web.get("/slow").isDelayed(ms(51)),
    /held back for 50ms/,
  );
  tells(
    "hasNoRoute",
    () => mesh.outside().get("/other").hasNoRoute(),
    () => mesh.outside("edge").get("/shop").hasNoRoute(),
    /have no route/,
  );
  tells(
    "getsNoConnection",
    () => mesh.plaintext().to("reviews", "http").get("/").getsNoConnection(),
    () => web.get("/").getsNoConnection(),
    /get no connection/,
  );
  tells(
    "receives",
    () =>
      web.get("/api/x?a=1", beta).receives({ path: "/v1/x", query: "?a=1", headers: { "x-api": "1", "x-beta": null } }),
    () => web.get("/api/x").receives({ path: "/api/x" }),
    /\/v1\/x/,
  );
  tells(
    "returns",
    () => web.get("/api").returns({ headers: { "X-Seen": "1" } }),
    () => web.get("/x").returns({ headers: { "x-seen": "1" } }),
    /x-seen: 1/,
  );
  tells(
    "waitsAtMost",
    () => web.get("/x").waitsAtMost(seconds(2)),
    () => web.get("/x").waitsAtMost(ms(1_999)),
    /at most 2s/,
  );
  tells(
    "retries",
    () => web.get("/x").retries(2),
    () => web.post("/x").retries(2),
    /one try/,
  );
  tells(
    "a connection",
    () => web.to("db").connect().reaches("db"),
    () => web.to("db").connect().isDenied(),
    /connects to db:data/,
  );

  it("names the routes that lost, and by what", () => {
    assert.throws(
      () => web.get("/x").reaches("reviews", "v2"),
      /routes\.reviews\.beta: does not hold: header x-beta is "1"/,
    );
  });

  it("writes queries and cookies as a client does", () => {
    web.get("/x?a=1", { query: { b: "x y" }, cookies: { c: "d", e: "f" } }).receives({
      query: "?a=1&b=x%20y",
      headers: { cookie: "c=d; e=f" },
    });
  });

  it("can be awaited", async () => {
    assert.equal(await web.get("/x").reaches("reviews"), undefined);
  });

  it("of what is misspelt say so, and fail nothing else", () => {
    const wrong = (code: string) => (error: unknown) =>
      error instanceof WrongTest && error.diagnostics.every((one) => one.code === code);
    assert.throws(() => mesh.from("wbe" as "web").get("http://reviews/"), wrong("MW5030"));
    assert.throws(() => web.to("reviws" as "reviews").get("/x"), wrong("MW5031"));
    assert.throws(() => mesh.from("wbe" as "web").get("/x"), wrong("MW5030"));
    assert.throws(() => mesh.outside("edgy" as "edge").get("/x"), wrong("MW5036"));
    assert.throws(() => mesh.outside("edgy" as "edge").get("http://shop.example.com/x"), wrong("MW5036"));
    assert.throws(() => web.get("x"), /MW5033[\s\S]*fix {3}write it like this: \/x\n/);
    for (const length of [2, "2"] as readonly unknown[] as readonly "2s"[]) {
      assert.throws(() => web.get("/x").waitsAtMost(length), /MW1001[\s\S]*a duration with its unit/);
      assert.throws(() => web.get("/x").isDelayed(length), wrong("MW1001"));
    }
    assert.throws(() => web.get("/x").isAborted(503, 5 as unknown as "5%"), /MW1001[\s\S]*a share above 0 %/);
  });
});

describe("coverage of a mesh test", () => {
  it("counts the routes and rules that decided a request about which something is expected", () => {
    const fresh = testMesh(shop);
    fresh.from("web").get("/tea");
    assert.equal(fresh.coverage().requests, 0);
    fresh.from("web").get("/admin").isDenied().isDenied("noAdmin");
    fresh.from("web").get("/tea").answers(418);
    const { requests, routes, rules } = fresh.coverage();
    const hit = [...routes, ...rules].filter((one) => one.requests > 0);
    assert.equal(requests, 2);
    assert.deepEqual(
      hit.map(({ at, requests: count }) => [at, count]),
      [
        ["routes.reviews.tea", 1],
        ["routes.reviews.rest", 1],
        ["services.reviews.access.noAdmin", 1],
      ],
    );
    assert.match(
      fresh.coverageText(),
      /routes\s+2 of 9 +22\.2 %\n +access rules +1 of 2 +50\.0 %\nexercised by no test\n/,
    );
    fresh.assertCovered({ routes: 22, rules: 50 });
    assert.throws(() => fresh.assertCovered({ routes: 22 }), /services\.reviews\.access\.noTrace/);
  });

  it("a rule that would refuse, where access is only audited, has decided", () => {
    const audited = testMesh(
      defineMesh({
        name: "shop",
        targets: ["envoy"],
        namespaces: { shop: { enforcement: "audit" } },
        services: {
          web: { ports: { http: http(80) }, calls: ["reviews"] },
          reviews: { ports: { http: http(9080) }, access: { noAdmin: deny({ paths: [path("/admin").exactly()] }) } },
        },
      }),
    );
    const asking = audited.from("web");
    asking.get("/admin").reaches("reviews");
    assert.deepEqual(audited.coverage().rules, [{ at: "services.reviews.access.noAdmin", requests: 1 }]);
    assert.throws(() => asking.get("/admin").isDenied(), /would be refused by rule noAdmin/);
  });
});
