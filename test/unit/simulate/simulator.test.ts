/** What the simulator answers where a request fits no place, and what its parts decide beyond the rules' examples. */
import assert from "node:assert/strict";
import { toService } from "meshwright";
import type { BackendAnswer, SimulatedRequest } from "../../../components/simulate/request.ts";
import { Simulator } from "../../../components/simulate/simulator.ts";
import { arrival, asking, decide, forward, meshOf, only, outcome, received, route, shop } from "./asking.ts";

const http = (number: number) => ({ kind: "http", number });
const plain = shop();
const message = { method: "GET", authority: "reviews", path: "/", query: "", headers: new Map() };
const direct = (ir: typeof plain, request: unknown) => new Simulator(ir).decide(request as SimulatedRequest);
const reasonOf = (request: unknown): unknown => {
  const { outcome: result } = direct(plain, request);
  return [result.kind, "reason" in result ? result.reason : undefined];
};

const WEB = "default/shop/web";
const REVIEWS = "default/shop/reviews";

describe("requests that fit nowhere", () => {
  it("are unknown, with the reason", () => {
    const straight = { kind: "straight", service: REVIEWS, shows: { kind: "plaintext" } };
    const unknowns: readonly (readonly [request: unknown, reason: string])[] = [
      [{ from: { kind: "service", service: "x" }, message }, "there is no service x"],
      [{ from: { kind: "service", service: WEB } }, "neither a message nor a connection is given"],
      [{ from: { kind: "outside", gateway: "g", listener: "l" }, message }, "there is no listener l of g"],
      [{ from: { ...straight, port: "x" }, message }, `there is no port x of ${REVIEWS}`],
      [{ from: { ...straight, service: "y", port: "x" }, message }, "there is no port x of y"],
    ];
    for (const [request, reason] of unknowns) assert.deepEqual(reasonOf(request), ["unknown", reason]);
  });

  it("say why, where a message is missing", () => {
    const ir = shop({
      gateways: {
        door: {
          listeners: { plain: { kind: "http", port: 80, hosts: ["a.example.com"] } },
          routes: { all: { to: "reviews:http" } },
        },
      },
    });
    const from = { kind: "outside", gateway: "default/shop/door", listener: "plain" };
    assert.deepEqual(direct(ir, { from }).outcome, {
      kind: "unknown",
      reason: "a gateway takes HTTP alone, and no message is given",
    });
    const shows = { kind: "identity", identity: "spiffe://shop.mesh/ns/shop/sa/web" };
    assert.deepEqual(direct(ir, { from: { kind: "straight", service: REVIEWS, port: "http", shows } }).outcome, {
      kind: "unknown",
      reason: "the port speaks HTTP, and no message is given",
    });
  });

  it("say why there is no connection", () => {
    const straight = (shows: unknown) =>
      reasonOf({ from: { kind: "straight", service: REVIEWS, port: "http", shows }, message });
    assert.deepEqual(straight({ kind: "plaintext" }), ["no-connection", "the service takes mutual TLS alone"]);
    assert.deepEqual(straight({ kind: "stranger" }), ["no-connection", "it shows no certificate of the mesh"]);
    assert.deepEqual(straight({ kind: "identity", identity: "spiffe://other.mesh/ns/shop/sa/web" }), [
      "no-connection",
      "its trust domain is another",
    ]);
    const own = { kind: "identity", identity: "spiffe://shop.mesh/ns/shop/sa/web" };
    assert.equal((straight(own) as unknown[])[0], "forward");
    const connection = { to: "db", port: "data" };
    assert.deepEqual(reasonOf({ from: { kind: "service", service: WEB }, connection }), [
      "no-connection",
      "web does not call db:data",
    ]);
  });

  it("say what is wrong with the message", () => {
    const reason = (spec: Parameters<typeof outcome>[1]) => (outcome(plain, spec) as { reason?: string }).reason;
    assert.equal(reason({ path: "/a?b#c" }), "the query holds a fragment, a blank or a character that is not escaped");
    assert.equal(reason({ host: "a b" }), "the authority is not a host and a port");
    assert.equal(
      reason({ method: "BREW" }),
      "over HTTP/1.1 a proxy refuses methods that it does not know, over HTTP/2 it forwards them",
    );
  });
});

describe("connections", () => {
  const tcp = (number: number) => ({ kind: "tcp", number });
  const ir = meshOf({
    services: {
      web: { ports: {}, calls: ["db:a", "cache:a", "mail"] },
      db: { ports: { a: tcp(1), b: tcp(2) } },
      cache: { ports: { a: tcp(1), b: tcp(2) } },
    },
    externals: { mail: { host: "mail.example.com", ports: { smtp: tcp(25) } } },
  });

  it("lead to the port that is called, and to no other", () => {
    const to = (name: string) => only(ir, { to: name }).service;
    assert.deepEqual(["db:a", "cache:a"].map(to), ["default/shop/db", "default/shop/cache"]);
    assert.match(to("mail"), /mail$/);
    assert.equal(outcome(ir, { to: "db:b" }).kind, "no-connection");
    assert.deepEqual(forward(ir, { to: "db:a" }).plan, { timeout: null });
  });

  it("are let in by the call, and at servers outside by nobody", () => {
    assert.deepEqual(arrival(ir, { to: "db:a" }), { kind: "delivered", by: { kind: "call" }, message: undefined });
    assert.deepEqual(arrival(ir, { to: "mail" }), { kind: "delivered", by: { kind: "outside" }, message: undefined });
  });
});

describe("a service that only a route leads to", () => {
  it("is reached by that route, and has no name for the caller", () => {
    const ir = shop({
      services: { ratings: { ports: { http: http(80) } } },
      routes: { reviews: { stars: { when: { kind: "path-exact", path: "/stars" }, to: toService("ratings") } } },
    });
    assert.equal(only(ir, { path: "/stars" }).service, "default/shop/ratings");
    assert.equal(arrival(ir, { path: "/stars" }).kind, "delivered");
    assert.deepEqual(outcome(ir, { host: "ratings", path: "/stars" }), {
      kind: "no-route",
      status: 404,
      reason: "host",
    });
  });
});

describe("who lets a request in", () => {
  const by = (reviews: Readonly<Record<string, unknown>>, spec: Parameters<typeof arrival>[1] = {}) => {
    const at = arrival(shop({ reviews }), spec);
    return at.kind === "delivered" ? at.by : at.kind;
  };

  it("is the call, a rule, or that plaintext is allowed", () => {
    assert.deepEqual(by({}), { kind: "call" });
    assert.deepEqual(by({ access: { all: { kind: "allow" } } }), {
      kind: "rule",
      rule: "all",
      path: ["services", "reviews", "access", "all"],
    });
    assert.deepEqual(by({ mtls: { kind: "permissive", until: "2099-12-31" } }, { from: "plaintext" }), {
      kind: "plaintext",
    });
  });

  it("is asked for each port", () => {
    const ports = { a: http(80), b: http(81) };
    const ir = shop({
      services: {
        web: { ports: {}, calls: ["two:a", "two:b"] },
        two: { ports, access: { no: { kind: "deny", port: "b" } } },
      },
    });
    assert.deepEqual(
      ["two:a", "two:b"].map((to) => arrival(ir, { to }).kind),
      ["delivered", "denied"],
    );
  });

  it("is one path of several", () => {
    const paths = ["/a", "/b"].map((path) => ({ kind: "path-exact", path }));
    const ir = shop({ reviews: { access: { some: { kind: "allow", paths } } } });
    assert.deepEqual(
      ["/a", "/b", "/c"].map((path) => arrival(ir, { path }).kind),
      ["delivered", "delivered", "denied"],
    );
  });

  it("is a rule that is certain before one that may hold", () => {
    const forwarded = { kind: "header-exact", name: "x-forwarded-for", value: "192.0.2.1" };
    const ir = shop({
      reviews: { access: { maybe: { kind: "deny", headers: [forwarded] }, sure: { kind: "deny", methods: ["POST"] } } },
    });
    const at = (method: string) => arrival(ir, { method });
    const denied = at("POST");
    assert.equal(denied.kind === "denied" && denied.rule, "sure");
    assert.deepEqual(at("GET"), { kind: "unknown", reason: "proxies write the header x-forwarded-for" });
  });
});

describe("backends", () => {
  const answers: readonly BackendAnswer[] = [{ kind: "status", status: 418 }];
  const split = shop({ routes: { reviews: { all: { to: { v1: 50, v2: 50 } } } } });
  const statuses = (version?: string) =>
    forward(split, { backends: [{ service: "reviews", version, answers }] }).destinations.map(
      ({ answer }) => answer?.status,
    );

  it("behave as told where they are the ones that are meant", () => {
    assert.deepEqual(statuses(), [418, 418]);
    assert.deepEqual(statuses("v2"), [undefined, 418]);
    assert.equal(only(plain, { backends: [{ service: "web", answers }] }).answer, undefined);
    const backend = { service: REVIEWS, answers };
    const at = (port: string) => {
      const result = direct(plain, {
        from: { kind: "service", service: WEB },
        message,
        backends: [{ ...backend, port }],
      }).outcome;
      return result.kind === "forward" && result.destinations[0]?.answer?.status;
    };
    assert.deepEqual([at("http"), at("other")], [418, undefined]);
  });

  it("say nothing where the request is denied", () => {
    const ir = shop({ reviews: { access: { no: { kind: "deny" } } } });
    assert.deepEqual(Object.keys(only(ir, { backends: [{ service: "reviews", answers }] })).includes("answer"), false);
  });

  it("are given up at the very end of a try", () => {
    const ir = shop({ routes: { reviews: { all: { to: "v1", perTryTimeout: "100ms" } } } });
    const slow = { kind: "status", status: 200, after: 100 as never } as const;
    assert.equal(only(ir, { backends: [{ service: "reviews", answers: [slow] }] }).answer?.status, 504);
  });
});

describe("headers and cookies on their way", () => {
  it("arrive as one cookie line", () => {
    const cookies = (...lines: string[]) =>
      received(plain, { headers: lines.map((line) => ["cookie", line] as const) }).headers.get("cookie");
    assert.deepEqual(cookies("a=1", "b=2"), ["a=1; b=2"]);
    assert.deepEqual(cookies("a=1", "b=2", "c=3"), ["a=1; b=2; c=3"]);
    assert.deepEqual(cookies("a=1"), ["a=1"]);
    assert.equal(received(plain).headers.has("cookie"), false);
  });

  it("lose what belongs to the connection, however it is spelled", () => {
    const left = (...headers: (readonly [string, string])[]) => [...received(plain, { headers }).headers.keys()];
    const steering = ["expect", "proxy-connection", "x-envoy-expected-rq-timeout-ms", "x-envoy-internal"];
    const timeouts = ["x-envoy-upstream-rq-timeout-ms", "x-envoy-upstream-rq-per-try-timeout-ms"];
    for (const name of [...steering, ...timeouts]) assert.deepEqual(left([name, "1"]), [], name);
    assert.deepEqual(left(["connection", "a , X-B,none"], ["a", "1"], ["x-b", "1"], ["c", "1"]), ["c"]);
    assert.deepEqual(left(["te", "trailers"], ["te", "gzip"]), []);
    assert.deepEqual(left(["te", "trailers"], ["connection", "close"], ["c", "1"]), ["te", "c"]);
  });

  it("tell a redirect by what scheme the client came", () => {
    const ir = shop({ routes: { reviews: { all: { redirect: { path: "/n" } } } } });
    const location = (headers: readonly (readonly [string, string])[]) => {
      const result = outcome(ir, { headers });
      return result.kind === "redirect" && result.location;
    };
    assert.equal(location([["x-forwarded-proto", "https"]]), "https://reviews/n");
    assert.equal(location([["x-forwarded-proto", "http"]]), "http://reviews/n");
    assert.equal(location([]), "http://reviews/n");
  });

  it("let a request match by its host header", () => {
    const ir = shop({ routes: { reviews: asking({ own: { kind: "header-exact", name: "host", value: "reviews" } }) } });
    assert.deepEqual([route(ir, "/"), route(ir, "/", [], { host: "reviews.shop" })], ["own", "otherwise"]);
  });
});

describe("conditions", () => {
  const matches = (when: unknown, path: string, headers: readonly (readonly [string, string])[] = []) =>
    route(shop({ routes: { reviews: asking({ it: when }) } }), path, headers) === "it";

  it("on queries find a parameter wherever it stands, by its whole name", () => {
    const is = (name: string, value: string) => ({ kind: "query-exact", name, value });
    for (const query of ["?a=1", "?b=2&a=1", "?b&a=1", "?aa=2&a=1", "?=&a=1", "?b=a&a=1"])
      assert.ok(matches(is("a", "1"), `/${query}`), query);
    for (const query of ["?ab=1", "?b=1", "?a1=1", "?b=a=1", ""]) assert.ok(!matches(is("a", "1"), `/${query}`), query);
    assert.ok(matches(is("a", "b=1"), "/?a=b=1"));
    assert.ok(matches(is("a", ""), "/?a&b=1"));
    assert.ok(matches({ kind: "query-present", name: "a" }, "/?b&a"));
  });

  it("on cookies take quotes off in pairs alone", () => {
    const is = (value: string) => ({ kind: "cookie-exact", name: "k", value });
    const cookie = (value: string) => [["cookie", `k=${value}`] as const];
    for (const [sent, value] of Object.entries({ '"a"': "a", '"a': '"a', 'a"': 'a"', '"': '"', aa: "aa" }))
      assert.ok(matches(is(value), "/", cookie(sent)), sent);
    assert.ok(matches({ kind: "cookie-regex", name: "k", regex: "x?" }, "/", cookie('""')));
  });

  it("on headers begin with a prefix or fit an expression", () => {
    const begins = { kind: "header-prefix", name: "x-h", value: "ab" };
    assert.deepEqual(
      ["abc", "cab", "ab"].map((value) => matches(begins, "/", [["x-h", value]])),
      [true, false, true],
    );
    const fits = { kind: "header-regex", name: "x-h", regex: "a+" };
    assert.deepEqual(
      ["aa", "ab"].map((value) => matches(fits, "/", [["x-h", value]])),
      [true, false],
    );
  });

  it("on several long prefixes let the nearest win that holds", () => {
    const ir = shop({
      routes: {
        reviews: {
          deep: {
            when: [
              { kind: "path-prefix", path: "/a/b" },
              { kind: "header-present", name: "x-d" },
            ],
            to: "v1",
          },
          also: {
            when: [
              { kind: "path-prefix", path: "/a/b" },
              { kind: "header-present", name: "x-e" },
            ],
            priority: 1,
            to: "v1",
          },
          high: { when: { kind: "path-prefix", path: "/a" }, to: "v2" },
        },
      },
    });
    assert.deepEqual(
      [
        route(ir, "/a/b/c", [["x-d", "1"]]),
        route(ir, "/a/b/c", [["x-e", "1"]]),
        route(ir, "/a/b/c"),
        route(ir, "/b/a"),
      ],
      ["deep", "also", "high", "otherwise"],
    );
  });
});

describe("faults", () => {
  it("that happen to a share leave the rest as it is", () => {
    const verdict = decide(shop({ routes: { reviews: { all: { to: "v1", fault: { abort: { status: 503 } } } } } }));
    assert.deepEqual([verdict.abort, verdict.delay, verdict.outcome.kind], [undefined, undefined, "abort"]);
    assert.deepEqual(Object.keys(decide(plain)).sort(), ["outcome", "proxy", "route"]);
  });
});

describe("routes that are looked up by a header", () => {
  const is = (name: string, value: string) => ({ kind: "header-exact", name, value });
  const ir = shop({
    routes: {
      reviews: {
        one: { when: is("x-a", "1"), to: "v1" },
        two: { when: is("x-a", "2"), to: "v1" },
        both: { when: [is("x-a", "1"), is("x-b", "1")], to: "v1" },
        three: { when: is("x-a", "3"), to: "v1" },
      },
    },
  });

  it("win by their value", () => {
    assert.deepEqual(
      ["1", "2", "3", "4"].map((value) => route(ir, "/", [["x-a", value]])),
      ["one", "two", "three", "otherwise"],
    );
  });

  it("win by their value alone where they ask for nothing else", () => {
    const with2 = (value: string) =>
      route(ir, "/", [
        ["x-a", "1"],
        ["x-b", value],
      ]);
    assert.deepEqual([with2("1"), with2("2")], ["both", "one"]);
  });

  it("are unknown where a proxy writes the header", () => {
    const asked = shop({ routes: { reviews: asking({ own: is("x-request-id", "1") }) } });
    assert.deepEqual(outcome(asked), { kind: "unknown", reason: "proxies write the header x-request-id" });
  });
});

describe("what a route does", () => {
  const all = (fields: Readonly<Record<string, unknown>>) =>
    shop({ routes: { reviews: { all: { to: "v1", ...fields } } } });

  it("has a plan that says nothing of what is not there", () => {
    assert.deepEqual(Object.keys(forward(all({ retries: { attempts: 0 } })).plan), ["timeout"]);
  });

  it("repeats every method where nothing has begun", () => {
    assert.ok(forward(all({}), { method: "POST" }).plan.retries);
  });

  it("is not asked of the server as a whole, which a path with an asterisk does not mean", () => {
    assert.equal(route(plain, "/a*", [], { method: "OPTIONS" }), "otherwise");
  });

  it("repeats a try that took too long, whatever else is repeated", () => {
    const ir = all({ perTryTimeout: "100ms", retries: { attempts: 1, on: ["connect-failure", "5xx"] } });
    const slow = { kind: "status", status: 200, after: 200 as never } as const;
    assert.equal(only(ir, { backends: [{ service: "reviews", answers: [slow] }] }).answer?.tries, 2);
  });

  it("answers with no body where none is written", () => {
    const result = outcome(all({ to: undefined, respond: { status: 204 } }));
    assert.deepEqual(result, { kind: "respond", status: 204, body: "" });
  });

  it("adds headers that are not there yet, and removes as many as it adds", () => {
    const headers = (request: object, sent: readonly (readonly [string, string])[] = []) =>
      Object.fromEntries(received(all({ headers: { request } }), { headers: sent }).headers);
    assert.deepEqual(headers({ add: { "x-a": "1" } }), { "x-a": ["1"] });
    assert.deepEqual(headers({ add: { "x-a": "1" }, remove: ["x-b"] }, [["x-b", "1"]]), { "x-a": ["1"] });
    assert.deepEqual(headers({ set: { "x-s": "1" }, add: { "x-a": "1" } }), { "x-s": ["1"], "x-a": ["1"] });
  });

  it("says what it changes of an answer, or nothing", () => {
    const response = (changes: object) => "response" in outcome(all({ headers: { response: changes } }));
    assert.ok(response({ add: { "x-a": "1" }, remove: ["x-b"] }));
    assert.ok(response({ set: { "x-s": "1" }, add: { "x-a": "1" } }));
    assert.equal("response" in outcome(all({ headers: { request: { set: { "x-s": "1" } } } })), false);
  });

  it("replaces the root as a prefix", () => {
    const by = (prefix: string) =>
      received(all({ when: { kind: "path-prefix", path: "/" }, rewrite: { prefix } }), { path: "/a" }).path;
    assert.deepEqual([by("/z"), by("/")], ["/z/a", "/a"]);
  });
});

describe("rules by path", () => {
  it("hold for whole segments", () => {
    const paths = [{ kind: "path-prefix", path: "/admin" }];
    const ir = shop({ reviews: { access: { no: { kind: "deny", paths } } } });
    const kinds = ["/admin", "/admin/x", "/adminx", "/other"].map((path) => arrival(ir, { path }).kind);
    assert.deepEqual(kinds, ["denied", "denied", "delivered", "delivered"]);
  });
});
