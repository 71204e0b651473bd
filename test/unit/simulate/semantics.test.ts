/** docs/semantics.md, rule by rule: each test has the number and the words of its rule. */
import assert from "node:assert/strict";
import { Simulator } from "../../../components/simulate/simulator.ts";
import { arrival, asking, decide, forward, meshOf, only, outcome, read, received, route, shop } from "./asking.ts";

const routes = (reviews: Readonly<Record<string, unknown>>) => shop({ routes: { reviews } });
const http = (number: number) => ({ kind: "http", number });
const exact = (path: string) => ({ kind: "path-exact", path });
const below = (path: string) => ({ kind: "path-prefix", path });
const headerIs = (name: string, value: string) => ({ kind: "header-exact", name, value });

const NO_HOST = { kind: "no-route", status: 404, reason: "host" };
const NO_PATH = { kind: "no-route", status: 404, reason: "path" };
const plain = shop();

describe("semantics", () => {
  describe("1. names", () => {
    it("1.1 A proxy knows just whom its own service calls", () => {
      const ir = shop({ services: { cart: { ports: { http: http(80) } } } });
      assert.deepEqual(outcome(ir, { to: "cart" }), NO_HOST);
      assert.deepEqual(outcome(ir, { to: "nobody.example.com" }), NO_HOST);
      assert.equal(outcome(ir).kind, "forward");
    });

    it("1.2 A service is called by its name in its own namespace, and by its longer names everywhere", () => {
      const ir = shop({ services: { job: { namespace: "batch", ports: {}, calls: ["reviews"] } } });
      for (const host of ["reviews.shop", "reviews.shop.svc", "reviews.shop.svc.cluster.local"])
        for (const from of ["web", "job"]) assert.equal(outcome(ir, { from, host }).kind, "forward", `${from} ${host}`);
      assert.equal(outcome(ir, { host: "reviews" }).kind, "forward");
      assert.deepEqual(outcome(ir, { from: "job", host: "reviews" }), NO_HOST);
      assert.deepEqual(outcome(ir, { host: "reviews.batch" }), NO_HOST);
    });

    it("1.3 The port may be left out where it is 80 or the only one that speaks HTTP", () => {
      const ports = { main: http(80), admin: http(81), data: { kind: "tcp", number: 82 } };
      const two = { a: http(8001), b: http(8002) };
      const ir = shop({
        services: {
          web: { ports: {}, calls: ["reviews", "two:a", "two:b", "three:main", "three:admin"] },
          two: { ports: two },
          three: { ports },
        },
      });
      const leads = (host: string) => decide(ir, { host }).route?.table;
      assert.deepEqual(["reviews", "reviews:9080", "reviews:80"].map(leads), ["http", "http", undefined]);
      assert.deepEqual(["two", "two:8001", "two:8002"].map(leads), [undefined, "a", "b"]);
      assert.deepEqual(["three", "three:80", "three:81"].map(leads), ["main", "main", "admin"]);
    });

    it("1.4 Hosts are compared without case and without one trailing dot", () => {
      assert.equal(received(plain, { host: "Reviews.Shop" }).authority, "Reviews.Shop");
      assert.equal(received(plain, { host: "reviews.shop." }).authority, "reviews.shop");
      assert.equal(received(plain, { host: "reviews.:9080" }).authority, "reviews:9080");
      assert.deepEqual(outcome(plain, { host: "reviews.." }), NO_HOST);
      assert.deepEqual(outcome(plain, { host: "reviews:" }), NO_HOST);
    });

    it("1.5 A host that cannot be one is refused with 400", () => {
      for (const host of ["re views", "reviews/x", "reviews?", "reviews#", "rev\u00efews", "a\\b"])
        assert.equal(outcome(plain, { host }).kind, "bad-request", host);
    });
  });

  describe("2. paths", () => {
    const becomes = (pairs: Readonly<Record<string, string>>) => {
      for (const [written, seen] of Object.entries(pairs)) assert.equal(read(plain, written), seen, written);
    };

    it("2.1 Escaped slashes are unescaped, then dots resolved, then slashes merged", () => {
      becomes({ "/a//../b": "/a/b", "/a/..%2fb": "/b", "/a%5Cb": "/a/b", "/a\\..\\b": "/b", "/a//b///c": "/a/b/c" });
      becomes({
        "/..": "/",
        "/a/../../b": "/b",
        "/a/..": "/",
        "/a/.": "/a/",
        "/a/b/..%2f": "/a/",
        "//": "//",
        "/%2f": "//",
      });
    });

    it("2.2 Letters, digits and `-._~` are unescaped, everything else keeps its spelling", () => {
      becomes({
        "/%41%7E": "/A~",
        "/%2a": "/%2a",
        "/%2A": "/%2A",
        "/%20": "/%20",
        "/%252F": "/%252F",
        "/%%32F": "/%252F",
      });
      becomes({
        "/%zz": "/%zz",
        "/%": "/%",
        "/%%41": "/%A",
        "/%4%31": "/%2541",
        "/%%%32F": "/%%252F",
        "/a;x=1/b": "/a;x=1/b",
      });
    });

    it("2.3 Quotes, angle brackets, braces, `^`, `` ` `` and `|` are escaped", () => {
      becomes({ '/"<>': "/%22%3C%3E", "/^`{|}": "/%5E%60%7B%7C%7D", "/$&'()*+,:=@[]_!": "/$&'()*+,:=@[]_!" });
    });

    it("2.4 Dots with parameters are dots", () => {
      becomes({
        "/a/..;x/b": "/b",
        "/a/.;/b": "/a/b",
        "/a/..;": "/",
        "/a/...;x/b": "/a/...;x/b",
        "/a/%2e%2e;x/b": "/b",
      });
    });

    it("2.5 Every proxy normalizes what it gets", () => {
      const ir = shop({
        reviews: { access: { quiet: { kind: "deny", paths: [exact("/a%7Bx%7D")] } } },
        routes: { reviews: { all: { rewrite: { path: "/a{x}" }, to: "v1" } } },
      });
      const at = arrival(ir, { path: "/b" });
      assert.equal(at.kind === "denied" && at.rule, "quiet");
    });

    it("2.6 A path with a fragment, an escaped NUL, a blank or an unescaped character beyond ASCII is refused with 400", () => {
      for (const path of ["/a#b", "/a%00", "/a b", "/\u00e4", "/a\tb", "/a?b#c"])
        assert.equal(outcome(plain, { path }).kind, "bad-request", path);
    });

    it("2.7 A query is no part of the path and stays as it was sent", () => {
      becomes({ "/a?x=/../b": "/a?x=/../b", "/a?%2F//": "/a?%2F//", "/a?": "/a?" });
      assert.equal(route(routes(asking({ a: exact("/a") })), "/a?b=1"), "a");
    });

    it("2.8 What asks about a server as a whole is answered with 404", () => {
      const any = { when: { kind: "path-regex", regex: ".*" }, to: "v1" };
      const ir = shop({ reviews: { mtls: { kind: "permissive", until: "2099-12-31" } }, routes: { reviews: { any } } });
      const asked = (method: string, path: string, host = "reviews") => {
        const message = { method, authority: host, path, query: "", headers: new Map() };
        const simulator = new Simulator(ir);
        const [web, reviews] = ["default/shop/web", "default/shop/reviews"] as const;
        const through = simulator.decide({ from: { kind: "service", service: web }, message });
        const shows = { kind: "plaintext" } as const;
        const straight = simulator.decide({
          from: { kind: "straight", service: reviews, port: "http", shows },
          message,
        });
        assert.deepEqual(straight.outcome.kind, through.outcome.kind);
        return through.outcome;
      };
      for (const path of ["*", "*,/0", "*#f", "*%00"]) assert.deepEqual(asked("OPTIONS", path), NO_PATH, path);
      for (const path of ["", "x", "?x", "*\u00e4"]) assert.equal(asked("OPTIONS", path).kind, "bad-request", path);
      assert.equal(asked("GET", "*").kind, "bad-request");
      assert.equal(asked("OPTIONS", "*", "a b").kind, "bad-request");
    });
  });

  describe("3. matching", () => {
    it("3.1 All conditions of a route must hold", () => {
      const ir = routes(asking({ both: [exact("/a"), headerIs("x-a", "1")] }));
      assert.equal(route(ir, "/a", [["x-a", "1"]]), "both");
      assert.equal(route(ir, "/a"), "otherwise");
      assert.equal(route(ir, "/b", [["x-a", "1"]]), "otherwise");
    });

    it("3.2 A prefix holds for whole segments", () => {
      const ir = routes(asking({ a: below("/a") }));
      for (const path of ["/a", "/a/", "/a/b", "/a?x"]) assert.equal(route(ir, path), "a", path);
      for (const path of ["/ab", "/", "/b/a", "/a;x"]) assert.equal(route(ir, path), "otherwise", path);
    });

    it("3.3 A regular expression is for the whole text", () => {
      const ir = routes(asking({ numbered: { kind: "path-regex", regex: "/v[0-9]+|/w" } }));
      for (const path of ["/v1", "/v22", "/w"]) assert.equal(route(ir, path), "numbered", path);
      for (const path of ["/v1/x", "/x/v1", "/v", "/wx"]) assert.equal(route(ir, path), "otherwise", path);
    });

    it("3.4 Paths are compared with case", () => {
      const ir = routes(asking({ a: exact("/Admin") }));
      assert.deepEqual(
        ["/Admin", "/admin"].map((path) => route(ir, path)),
        ["a", "otherwise"],
      );
    });

    it("3.5 A method is one of those that the route names", () => {
      const ir = routes(asking({ writes: { kind: "method", methods: ["POST", "put"] } }));
      const by = (method: string) => route(ir, "/", [], { method });
      assert.deepEqual(["POST", "PUT", "GET"].map(by), ["writes", "writes", "otherwise"]);
    });

    it("3.6 Of a header that occurs several times one value that fits is enough", () => {
      const ir = routes(asking({ one: headerIs("X-H", "1") }));
      const with_ = (...values: string[]) =>
        route(
          ir,
          "/",
          values.map((value) => ["x-h", value] as const),
        );
      assert.deepEqual(
        [with_("1"), with_("2", "1"), with_("1,2"), with_("2")],
        ["one", "one", "otherwise", "otherwise"],
      );
      assert.equal(route(ir, "/", [["x-H", "1"]]), "one");
      const absent = routes(asking({ none: { kind: "header-absent", name: "x-h" } }));
      assert.deepEqual([route(absent, "/"), route(absent, "/", [["x-h", ""]])], ["none", "otherwise"]);
    });

    it("3.7 Of a query parameter the first value counts, and nothing is decoded", () => {
      const ir = routes(asking({ one: { kind: "query-exact", name: "a", value: "1" } }));
      for (const path of ["/?a=1", "/?b&a=1&a=2", "/?&&a=1"]) assert.equal(route(ir, path), "one", path);
      for (const path of ["/?a=2&a=1", "/?a=%31", "/?%61=1", "/?A=1", "/?ba=1", "/??a=1", "/?a=1;b"])
        assert.equal(route(ir, path), "otherwise", path);
    });

    it("3.8 Of a cookie the first value counts, and nothing is decoded", () => {
      const ir = routes(asking({ one: { kind: "cookie-exact", name: "k", value: "1" } }));
      const cookies = (...lines: string[]) =>
        route(
          ir,
          "/",
          lines.map((line) => ["cookie", line] as const),
        );
      for (const lines of [["k=1"], ["a=b;k=1"], ["a=b; k=1; k=2"], ["a=b", "k=1"], ['k="1"']])
        assert.equal(cookies(...lines), "one", lines.join());
      for (const lines of [["k=2; k=1"], ["k = 1"], ["k= 1"], ["K=1"], ["k"], ["a=b, k=1"], ["k=%31"], ["k=2", "k=1"]])
        assert.equal(cookies(...lines), "otherwise", lines.join());
    });

    it("3.9 The authority is compared without case, with the port where the caller gave one", () => {
      const ir = routes(asking({ named: { kind: "authority-exact", value: "Reviews.shop" } }));
      const by = (host: string) => route(ir, "/", [], { host });
      assert.deepEqual(["reviews.SHOP", "reviews.shop:9080", "reviews"].map(by), ["named", "otherwise", "otherwise"]);
    });

    it("3.10 The caller is an identity, not a header", () => {
      const ir = shop({
        services: { job: { ports: {}, calls: ["reviews"] } },
        routes: { reviews: asking({ jobs: { kind: "source", service: "job" } }) },
      });
      assert.deepEqual(
        ["job", "web"].map((from) => route(ir, "/", [], { from })),
        ["jobs", "otherwise"],
      );
    });

    it("3.11 Empty is not missing", () => {
      const ir = routes({
        ...asking({ header: { kind: "header-present", name: "x-h" }, query: { kind: "query-present", name: "a" } }),
        cookie: { when: { kind: "cookie-regex", name: "k", regex: ".*" }, priority: 1, to: "v2" },
      });
      assert.equal(route(ir, "/", [["x-h", ""]]), "header");
      assert.deepEqual(
        ["/?a", "/?a=", "/?b"].map((path) => route(ir, path)),
        ["query", "query", "otherwise"],
      );
      assert.deepEqual(
        ["k=", "k", "kx"].map((cookie) => route(ir, "/", [["cookie", cookie]])),
        ["cookie", "otherwise", "otherwise"],
      );
    });
  });

  describe("4. the order of routes", () => {
    /** The route that wins where both match. */
    const wins = (
      first: unknown,
      second: unknown,
      path: string,
      headers: readonly (readonly [string, string])[] = [],
    ) => route(routes({ a: { when: second, to: "v1" }, b: { when: first, to: "v2" } }), path, headers);

    it("4.1 The higher priority first", () => {
      const ir = routes({ a: { when: exact("/x"), to: "v1" }, b: { when: below("/"), priority: 1, to: "v2" } });
      assert.equal(route(ir, "/x"), "b");
    });

    it("4.2 An exact path before a regular expression, that before a prefix, that before any path", () => {
      assert.equal(wins(exact("/x/y"), below("/x"), "/x/y"), "b");
      assert.equal(wins(below("/x"), headerIs("x-a", "1"), "/x/y", [["x-a", "1"]]), "b");
    });

    it("4.3 Of prefixes, the longer one first", () => {
      assert.equal(wins(below("/x/y"), below("/x"), "/x/y/z"), "b");
    });

    it("4.4 A route that asks for the method before one that does not", () => {
      const method = { kind: "method", methods: ["GET"] };
      assert.equal(wins([below("/x"), method], [below("/x"), headerIs("x-a", "1")], "/x", [["x-a", "1"]]), "b");
    });

    it("4.5 More headers first", () => {
      const [a, b, c] = ["a", "b", "c"].map((name) => headerIs(`x-${name}`, "1"));
      assert.equal(
        wins(
          [a, b],
          [c],
          "/",
          ["a", "b", "c"].map((name) => [`x-${name}`, "1"] as const),
        ),
        "b",
      );
      const cookie = { kind: "cookie-exact", name: "k", value: "1" };
      assert.equal(
        wins([a, cookie], [c], "/", [
          ["x-a", "1"],
          ["x-c", "1"],
          ["cookie", "k=1"],
        ]),
        "b",
      );
    });

    it("4.6 More query parameters first", () => {
      const [a, b, c] = ["a", "b", "c"].map((name) => ({ kind: "query-present", name }));
      assert.equal(wins([a, b], [c], "/?a&b&c"), "b");
    });

    it("4.7 The service itself comes last", () => {
      const ir = routes(asking({ a: below("/a") }));
      const verdict = decide(ir, { path: "/b" });
      assert.deepEqual(verdict.route?.path, ["services", "reviews"]);
      assert.equal(only(ir, { path: "/b" }).version, undefined);
    });

    it("4.8 The first route that matches is final", () => {
      const ir = shop({
        services: {
          web: { ports: {}, calls: ["reviews"] },
          cart: { ports: { http: http(80) }, access: { no: { kind: "deny" } } },
        },
        routes: { reviews: { moved: { when: below("/a"), to: { kind: "service", service: "cart", port: "http" } } } },
      });
      assert.equal(arrival(ir, { path: "/a" }).kind, "denied");
    });
  });

  describe("5. splits", () => {
    const split = (weights: Readonly<Record<string, number>>) => routes({ all: { to: weights } });

    it("5.1 Each destination has its part of the draw, by weight, in the order of names", () => {
      const ir = split({ v2: 10, v1: 90 });
      assert.deepEqual(
        forward(ir).destinations.map(({ version, interval }) => [version, interval]),
        [
          ["v1", { from: 0, to: 90, of: 100 }],
          ["v2", { from: 90, to: 100, of: 100 }],
        ],
      );
      const drawn = (random: number) => only(ir, { random }).version;
      assert.deepEqual([0, 0.8999, 0.9, 0.9999].map(drawn), ["v1", "v1", "v2", "v2"]);
    });

    it("5.2 Weights are shares of their sum", () => {
      for (const random of [0, 0.5, 0.89, 0.9, 0.95])
        assert.equal(
          only(split({ v1: 9, v2: 1 }), { random }).version,
          only(split({ v1: 90, v2: 10 }), { random }).version,
        );
    });

    it("5.3 A destination at another service is judged by that service's access", () => {
      const cart = {
        ports: { http: http(80) },
        access: { readers: { kind: "allow", from: ["web"], methods: ["GET"] } },
      };
      const ir = shop({
        services: { cart },
        routes: { reviews: { all: { to: { kind: "service", service: "cart", port: "http" } } } },
      });
      assert.deepEqual(
        ["GET", "POST"].map((method) => arrival(ir, { method }).kind),
        ["delivered", "denied"],
      );
    });
  });

  describe("6. changes", () => {
    const changing = (fields: Readonly<Record<string, unknown>>) =>
      routes({ all: { when: below("/a"), to: "v1", ...fields } });
    const headersOf = (ir: Parameters<typeof received>[0], headers: readonly (readonly [string, string])[]) =>
      Object.fromEntries(received(ir, { path: "/a", headers }).headers);

    it("6.1 Headers are removed, then set, then added", () => {
      const ir = changing({ headers: { request: { set: { "x-s": "S" }, add: { "x-a": "A" }, remove: ["x-r"] } } });
      const sent = [
        ["x-s", "1"],
        ["x-s", "2"],
        ["x-a", "1"],
        ["x-r", "1"],
        ["x-r", "2"],
      ] as const;
      assert.deepEqual(headersOf(ir, sent), { "x-s": ["S"], "x-a": ["1", "A"] });
    });

    it("6.2 A prefix is replaced by whole segments, and the query stays", () => {
      const by = (prefix: string) => (path: string) => {
        const message = received(changing({ rewrite: { prefix } }), { path });
        return message.path + message.query;
      };
      assert.deepEqual(["/a", "/a/b?c", "/a/"].map(by("/z")), ["/z", "/z/b?c", "/z/"]);
      assert.deepEqual(["/a", "/a/b", "/a/"].map(by("/")), ["/", "/b", "/"]);
      assert.deepEqual(["/a/b"].map(by("/z/")), ["/z/b"]);
    });

    it("6.3 A new path replaces the whole path, and the query stays", () => {
      const message = received(changing({ rewrite: { path: "/n" } }), { path: "/a/b?c=1" });
      assert.deepEqual([message.path, message.query], ["/n", "?c=1"]);
    });

    it("6.4 A new host replaces the authority, port included", () => {
      const ir = changing({ rewrite: { host: "inner.example.com" } });
      assert.equal(received(ir, { path: "/a", host: "reviews:9080" }).authority, "inner.example.com");
    });

    it("6.5 Changes to the answer hold for whatever answers on the route", () => {
      const headers = { response: { set: { "x-s": "S" } } };
      const answers = [
        {},
        { to: undefined, redirect: { path: "/n" } },
        { to: undefined, respond: { status: 200 } },
        { fault: { abort: { status: 500 } } },
      ];
      for (const fields of answers) {
        const result = outcome(changing({ headers, ...fields }), { path: "/a" });
        const { response } = result as { response?: { set: unknown } };
        assert.deepEqual(response?.set, [{ name: "x-s", value: "S" }], result.kind);
      }
      assert.equal("response" in outcome(changing({}), { path: "/a" }), false);
    });

    it("6.6 Headers of a connection and those that steer proxies go no further", () => {
      const gone = [
        "connection",
        "keep-alive",
        "upgrade",
        "x-hop",
        "te",
        "x-envoy-max-retries",
        "x-envoy-retry-on",
        "x-envoy-retriable-status-codes",
        "x-envoy-hedge-on-per-try-timeout",
        "x-forwarded-client-cert",
      ];
      const sent = gone.map((name) => [name, name === "connection" ? "x-hop, close" : "1"] as const);
      assert.deepEqual(headersOf(changing({}), [...sent, ["x-kept", "1"]]), { "x-kept": ["1"] });
      assert.deepEqual(headersOf(changing({}), [["te", "trailers"]]), { te: ["trailers"] });
    });
  });

  describe("7. answers of the proxy", () => {
    const location = (redirect: Readonly<Record<string, unknown>>, host = "reviews:9080", path = "/a/b?c=1") => {
      const result = outcome(routes({ all: { when: below("/a"), redirect } }), { path, host });
      return result.kind === "redirect" ? result.location : result.kind;
    };

    it("7.1 A redirect keeps what it does not name", () => {
      assert.equal(location({ path: "/n" }), "http://reviews:9080/n?c=1");
      assert.equal(location({ prefix: "/z" }), "http://reviews:9080/z/b?c=1");
      assert.equal(location({ port: 8443 }), "http://reviews:8443/a/b?c=1");
      assert.equal(location({ scheme: "https" }, "reviews.shop"), "https://reviews.shop/a/b?c=1");
      const status = outcome(routes({ all: { redirect: { path: "/n", status: 308 } } }));
      assert.equal(status.kind === "redirect" && status.status, 308);
    });

    it("7.2 A redirect to another scheme drops the port that was the default of the old one", () => {
      const ir = shop({
        services: { web: { ports: {}, calls: ["site"] }, site: { ports: { http: http(80) } } },
        routes: { site: { all: { redirect: { scheme: "https" } } } },
      });
      const result = outcome(ir, { to: "site", host: "site:80" });
      assert.equal(result.kind === "redirect" && result.location, "https://site/");
      assert.equal(location({ scheme: "https" }), "https://reviews:9080/a/b?c=1");
    });

    it("7.3 A redirect to another host has no port, unless it names one", () => {
      assert.equal(location({ host: "other.example.com" }), "http://other.example.com/a/b?c=1");
      assert.equal(location({ host: "other.example.com", port: 443 }), "http://other.example.com:443/a/b?c=1");
    });

    it("7.4 A direct response asks no service", () => {
      const ir = routes({ all: { respond: { status: 418, body: "tea" } } });
      assert.deepEqual(outcome(ir), { kind: "respond", status: 418, body: "tea" });
    });
  });

  describe("8. time and tries", () => {
    type Answers = readonly (number | "reset" | readonly [status: number, after: number])[];
    const answer = (
      fields: Readonly<Record<string, unknown>>,
      answers: Answers,
      method = "GET",
      grpcStatus?: number,
    ) => {
      const ir = routes({ all: { to: "v1", ...fields } });
      const steps = answers.map((one) =>
        one === "reset"
          ? ({ kind: "reset" } as const)
          : typeof one === "number"
            ? ({ kind: "status", status: one, grpcStatus } as const)
            : ({ kind: "status", status: one[0], after: one[1] as never } as const),
      );
      return only(ir, { method, backends: [{ service: "reviews", answers: steps }] }).answer;
    };
    const retries = { attempts: 2, on: ["5xx"] };

    it("8.1 The timeout is for all tries together", () => {
      const slow = { timeout: "1s", perTryTimeout: "400ms", retries };
      assert.deepEqual(answer(slow, [[200, 900]]), { status: 504, tries: 3 });
      assert.deepEqual(answer({ timeout: "1s", retries }, [[200, 1_000]]), { status: 504, tries: 1 });
      assert.deepEqual(answer({ timeout: "none", retries }, [[200, 100_000]]), { status: 200, tries: 1 });
    });

    it("8.2 A try that takes too long is given up, and tried again on `5xx`, `gateway-error` and `reset`", () => {
      for (const on of ["5xx", "gateway-error", "reset"])
        assert.deepEqual(answer({ perTryTimeout: "100ms", retries: { ...retries, on: [on] } }, [[200, 200], 200]), {
          status: 200,
          tries: 2,
        });
      const others = { perTryTimeout: "100ms", retries: { ...retries, on: ["connect-failure"] } };
      assert.deepEqual(answer(others, [[200, 200], 200]), { status: 504, tries: 1 });
      assert.deepEqual(answer({ perTryTimeout: "100ms", retries: { attempts: 0 } }, [[200, 200]]), {
        status: 504,
        tries: 1,
      });
    });

    it("8.3 A request is tried again only after what the route names", () => {
      const on = (condition: string, status: number, grpcStatus?: number) =>
        answer({ retries: { attempts: 1, on: [condition] } }, [status], "GET", grpcStatus)?.tries;
      assert.deepEqual(
        [500, 502, 599, 499].map((status) => on("5xx", status)),
        [2, 2, 2, 1],
      );
      assert.deepEqual(
        [500, 502, 503, 504, 505].map((status) => on("gateway-error", status)),
        [1, 2, 2, 2, 1],
      );
      assert.deepEqual(
        [409, 404].map((status) => on("retriable-4xx", status)),
        [2, 1],
      );
      assert.deepEqual(
        [14, 13, undefined].map((grpc) => on("unavailable", 200, grpc)),
        [2, 1, 1],
      );
      assert.deepEqual(answer({ retries: { statuses: [404] } }, [404, 200]), { status: 200, tries: 2 });
    });

    it("8.4 A service that breaks off answers 503", () => {
      assert.deepEqual(answer({ retries: { attempts: 1, on: ["reset", "connect-failure"] } }, ["reset"]), {
        status: 503,
        tries: 1,
      });
      assert.deepEqual(answer({ retries: { attempts: 1, on: ["gateway-error"] } }, ["reset", 200]), {
        status: 200,
        tries: 2,
      });
    });

    it("8.5 A method that may not be repeated is tried once", () => {
      assert.deepEqual(
        ["GET", "PUT", "POST", "PATCH"].map((method) => answer({ retries }, [503], method)?.tries),
        [3, 3, 1, 1],
      );
      assert.equal(answer({ retries: { ...retries, methods: ["post"] } }, [503], "POST")?.tries, 3);
    });

    it("8.6 The last answer is what the caller gets", () => {
      assert.deepEqual(answer({ retries }, [500, 502, 503]), { status: 503, tries: 3 });
      assert.deepEqual(answer({ retries }, [500, 404]), { status: 404, tries: 2 });
    });
  });

  describe("9. faults", () => {
    const faulty = (fault: Readonly<Record<string, unknown>>) => routes({ all: { to: "v1", fault, timeout: "1s" } });

    it("9.1 A delay and an abort are drawn for themselves, the delay first", () => {
      const ir = faulty({ delay: { for: "2s", percent: "50%" }, abort: { status: 503, percent: "10%" } });
      const { delay, abort, outcome: rest } = decide(ir);
      assert.deepEqual(
        [delay, abort, rest.kind],
        [{ length: 2_000, share: 500_000 }, { status: 503, share: 100_000 }, "forward"],
      );
      const drawn = decide(ir, { random: 0.3 });
      assert.deepEqual([drawn.delay?.share, drawn.abort], [1_000_000, undefined]);
      assert.equal(decide(ir, { random: 0.05 }).outcome.kind, "abort");
      assert.equal(decide(ir, { random: 0.5 }).delay, undefined);
    });

    it("9.2 An abort is the answer: no service is asked and nothing is tried again", () => {
      assert.deepEqual(outcome(faulty({ abort: { status: 503 } })), { kind: "abort", status: 503 });
    });

    it("9.3 A delay is not counted against the timeout", () => {
      const ir = faulty({ delay: { for: "2s" } });
      const backends = [
        { service: "reviews", answers: [{ kind: "status", status: 200, after: 500 as never } as const] },
      ];
      assert.deepEqual(only(ir, { backends }).answer, { status: 200, tries: 1 });
    });
  });

  describe("10. identity and access", () => {
    const guarded = (access: Readonly<Record<string, unknown>>, rest: Readonly<Record<string, unknown>> = {}) =>
      shop({ services: { job: { namespace: "batch", ports: {}, calls: ["reviews"] } }, reviews: { access, ...rest } });
    const permissive = { mtls: { kind: "permissive", until: "2099-12-31" } };
    const admitted = (ir: Parameters<typeof arrival>[0], spec: Parameters<typeof arrival>[1]) =>
      arrival(ir, spec).kind === "delivered";

    it("10.1 Strict: no connection without an identity of the mesh", () => {
      assert.equal(outcome(plain, { from: "plaintext" }).kind, "no-connection");
      assert.equal(outcome(plain, { from: "stranger" }).kind, "denied");
    });

    it("10.2 Permissive: plaintext is let in, unless a rule denies it", () => {
      const ir = guarded({ no: { kind: "deny", paths: [below("/admin")] } }, permissive);
      assert.ok(admitted(ir, { from: "plaintext" }));
      assert.equal(outcome(ir, { from: "plaintext", path: "/admin/x" }).kind, "denied");
      assert.equal(outcome(ir, { from: "stranger" }).kind, "denied");
      const named = guarded({ no: { kind: "deny", from: ["web"] } }, permissive);
      assert.ok(admitted(named, { from: "plaintext" }));
    });

    it("10.3 Who declares no call is refused with 403", () => {
      const result = outcome(plain, { from: "stranger" });
      assert.ok(result.kind === "denied" && result.status === 403 && result.rule === undefined);
    });

    it("10.4 What denies comes before what allows", () => {
      const ir = guarded({ all: { kind: "allow" }, no: { kind: "deny", methods: ["POST"] } });
      const at = arrival(ir, { method: "POST" });
      assert.equal(at.kind === "denied" && at.rule, "no");
      assert.ok(admitted(ir, { method: "GET" }));
    });

    it("10.5 A caller that some rule allows may do only what such rules allow", () => {
      const ir = guarded({ reading: { kind: "allow", from: ["web"], methods: ["GET"] } });
      assert.deepEqual(
        [
          ["web", "GET"],
          ["web", "POST"],
          ["job", "POST"],
        ].map(([from = "", method]) => admitted(ir, { from, method })),
        [true, false, true],
      );
      const paths = guarded({ some: { kind: "allow", from: ["web"], paths: [exact("/a"), below("/b")] } });
      assert.deepEqual(
        ["/a", "/a/x", "/b", "/b/x", "/bx"].map((path) => admitted(paths, { path })),
        [true, false, true, true, false],
      );
      assert.ok(admitted(guarded({ any: { kind: "allow", from: ["web"], paths: [below("/")] } }), { path: "/a/x" }));
      const byNamespace = guarded({ no: { kind: "deny", from: [{ kind: "namespace", namespace: "batch" }] } });
      assert.deepEqual(
        ["web", "job"].map((from) => admitted(byNamespace, { from })),
        [true, false],
      );
    });

    it("10.6 Rules see the request as the service gets it", () => {
      const ir = shop({
        reviews: {
          access: {
            no: { kind: "deny", paths: [exact("/n")] },
            marked: { kind: "deny", headers: [headerIs("x-m", "1")] },
          },
        },
        routes: {
          reviews: {
            moved: { when: exact("/a"), rewrite: { path: "/n" }, to: "v1" },
            marked: { when: exact("/b"), headers: { request: { set: { "x-m": "1" } } }, to: "v1" },
            cleaned: { when: exact("/c"), headers: { request: { remove: ["x-m"] } }, to: "v1" },
          },
        },
      });
      assert.equal(arrival(ir, { path: "/a" }).kind, "denied");
      assert.equal(arrival(ir, { path: "/b" }).kind, "denied");
      assert.equal(arrival(ir, { path: "/c", headers: [["x-m", "1"]] }).kind, "delivered");
      assert.equal(
        arrival(ir, {
          path: "/d",
          headers: [
            ["x-m", "0"],
            ["x-m", "1"],
          ],
        }).kind,
        "denied",
      );
    });

    it("10.7 On ports that do not speak HTTP the connection ends", () => {
      const db = { ports: { data: { kind: "tcp", number: 5432 } }, access: { no: { kind: "deny", from: ["web"] } } };
      const ir = shop({ services: { web: { ports: {}, calls: ["db"] }, job: { ports: {}, calls: ["db"] }, db } });
      const at = arrival(ir, { to: "db" });
      assert.equal(at.kind === "denied" && at.status, "closed");
      assert.ok(admitted(ir, { from: "job", to: "db" }));
      assert.equal(outcome(ir, { from: "reviews", to: "db" }).kind, "no-connection");
    });

    it("10.8 A gateway is a caller like any other", () => {
      const gateways = {
        door: {
          listeners: { plain: { kind: "http", port: 80, hosts: ["a.example.com"] } },
          routes: { all: { to: "reviews:http" } },
        },
      };
      const open = shop({ gateways });
      const shut = shop({ gateways, reviews: { access: { no: { kind: "deny", from: ["door"] } } } });
      const outside = { from: "outside", to: "a.example.com" };
      assert.ok(admitted(open, outside));
      assert.equal(arrival(shut, outside).kind, "denied");
      assert.ok(admitted(shut, {}));
    });

    it("10.9 Where access is only audited it is decided, and nobody is refused", () => {
      const access = { reading: { kind: "allow", methods: ["GET"] }, no: { kind: "deny", paths: [below("/admin")] } };
      const data = { ports: { data: { kind: "tcp", number: 5432 } } };
      const world = (enforcement: "audit" | "enforce") =>
        shop({
          namespaces: { old: { enforcement } },
          services: {
            web: { ports: {}, calls: ["reviews", "db", "own"] },
            db: { namespace: "old", ...data, access: { none: { kind: "deny", from: ["web"] } } },
            own: { ports: { http: { kind: "http", number: 80 } }, access },
          },
          reviews: { namespace: "old", access },
        });
      const [audited, enforced] = [world("audit"), world("enforce")];
      const by = (spec: Parameters<typeof arrival>[1]) => {
        const at = arrival(audited, spec);
        return at.kind === "delivered" ? at.by : at.kind;
      };
      const at = ["services", "reviews", "access"];
      assert.deepEqual(by({ path: "/admin/x" }), { kind: "audit", rule: "no", path: [...at, "no"] });
      assert.deepEqual(by({ method: "POST" }), { kind: "audit" });
      assert.deepEqual(by({ from: "stranger" }), { kind: "audit" });
      assert.deepEqual(by({ to: "db" }), { kind: "audit", rule: "none", path: ["services", "db", "access", "none"] });
      assert.deepEqual(by({}), { kind: "rule", rule: "reading", path: [...at, "reading"] });
      assert.equal(arrival(audited, { to: "own", method: "POST" }).kind, "denied");
      for (const spec of [{ path: "/admin/x" }, { method: "POST" }, { to: "db" }])
        assert.equal(arrival(enforced, spec).kind, "denied");
      assert.equal(outcome(audited, { from: "plaintext" }).kind, "no-connection");
    });
  });

  describe("11. gateways", () => {
    const plainDoor = { kind: "http", port: 80, hosts: ["a.example.com", "b.example.com"] };
    const secret = { kind: "secret-ref", namespace: "shop", name: "door", key: "tls" };
    const secureDoor = { kind: "https", port: 8443, hosts: ["a.example.com"], certificate: secret };
    const door = (listeners: Readonly<Record<string, unknown>>) =>
      shop({
        gateways: { door: { listeners, routes: { all: { when: below("/x"), to: "reviews:http" } } } },
        routes: { reviews: { own: { to: "v1", headers: { request: { set: { "x-own": "1" } } } } } },
      });
    const http80 = door({ plain: plainDoor });
    const ask = (host: string, path = "/x", headers: readonly (readonly [string, string])[] = []) =>
      outcome(http80, { from: "outside", to: "a.example.com", host, path, headers });

    it("11.1 A host is served whatever port the client names", () => {
      for (const host of ["a.example.com", "A.example.com:8080", "a.example.com:1", "b.example.com."])
        assert.equal(ask(host).kind, "forward", host);
    });

    it("11.2 Other hosts are answered with 404, and so is what no route is for", () => {
      assert.deepEqual(ask("c.example.com"), NO_HOST);
      assert.deepEqual(ask("a.example.com:"), NO_HOST);
      assert.deepEqual(ask("a.example.com", "/y"), NO_PATH);
    });

    it("11.3 A host that is served with TLS sends plain requests there with 301", () => {
      const ir = door({ plain: plainDoor, secure: secureDoor });
      const sent = outcome(ir, { from: "outside", to: "http://a.example.com:8080/x//y?z" });
      assert.deepEqual(sent, { kind: "redirect", status: 301, location: "https://a.example.com:8443/x/y?z" });
      assert.equal(outcome(ir, { from: "outside", to: "http://b.example.com/x" }).kind, "forward");
      assert.equal(outcome(ir, { from: "outside", to: "https://a.example.com/x" }).kind, "forward");
    });

    it("11.4 Escaped slashes are answered with 307 and the plain spelling, before anything else", () => {
      const sent = { kind: "redirect", status: 307, location: "/x/y?z" };
      assert.deepEqual(ask("a.example.com", "/x%2fy?z"), sent);
      assert.deepEqual(ask("c.example.com", "/x%5Cy?z"), sent);
    });

    it("11.5 A header name with an underscore is refused with 400", () => {
      assert.equal(ask("a.example.com", "/x", [["x_y", "1"]]).kind, "bad-request");
      assert.equal(outcome(plain, { headers: [["x_y", "1"]] }).kind, "forward");
    });

    it("11.6 The routes of a service hold for callers inside the mesh alone", () => {
      assert.equal(received(http80, { from: "outside", to: "a.example.com", path: "/x" }).headers.has("x-own"), false);
      assert.equal(received(http80).headers.has("x-own"), true);
    });

    it("11.7 The host of a request decides, whatever name its TLS handshake was for", () => {
      const ir = door({ secure: { ...secureDoor, hosts: ["a.example.com", "b.example.com"] } });
      const asked = (host: string) => outcome(ir, { from: "outside", to: "https://a.example.com/x", host });
      assert.equal(asked("b.example.com").kind, "forward");
      assert.deepEqual(asked("c.example.com"), NO_HOST);
    });
  });

  describe("12. outside the mesh", () => {
    const pay = { host: "pay.example.com", ports: { https: http(443) } };
    const ir = meshOf({
      services: { web: { ports: {}, calls: ["pay"] }, job: { ports: { http: http(80) } } },
      externals: { pay },
    });

    it("12.1 A server outside is asked by its own name", () => {
      assert.equal(received(ir, { to: "pay", host: "PAY.example.com:443" }).authority, "pay.example.com");
      assert.equal(forward(ir, { to: "pay" }).plan.timeout, 15_000);
    });

    it("12.2 What is not declared cannot be reached", () => {
      assert.deepEqual(outcome(ir, { to: "other.example.com" }), NO_HOST);
      assert.deepEqual(outcome(ir, { from: "job", to: "pay" }), NO_HOST);
    });
  });

  describe("13. unknown", () => {
    it("13.1 Headers that proxies write are unknown", () => {
      const ir = routes({
        traced: { when: [below("/a"), { kind: "header-present", name: "x-request-id" }], to: "v1" },
      });
      assert.equal(outcome(ir, { path: "/a" }).kind, "unknown");
      assert.equal(outcome(ir, { path: "/b" }).kind, "forward");
      const both = ["x-asked", "x-request-id"].map((name) => ({ kind: "header-present", name }));
      assert.equal(
        outcome(routes({ both: { when: both, to: "v1" } }), { headers: [["x-asked", "1"]] }).kind,
        "unknown",
      );
      const guarded = shop({
        reviews: { access: { no: { kind: "deny", headers: [headerIs("x-forwarded-for", "192.0.2.1")] } } },
      });
      assert.equal(arrival(guarded, {}).kind, "unknown");
    });

    it("13.2 Methods that HTTP/1.1 proxies do not know are unknown", () => {
      assert.equal(outcome(plain, { method: "BREW" }).kind, "unknown");
      assert.equal(outcome(plain, { method: "PROPFIND" }).kind, "forward");
    });
  });
});
