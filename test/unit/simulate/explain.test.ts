/** Why a verdict is as it is, as data: what was tried, what won, what lost and by which condition. */
import assert from "node:assert/strict";
import { DECLARED_CALLS } from "../../../components/capabilities/access/ir.ts";
import { anyPathCondition } from "../../../components/contract/condition.ts";
import { type Explanation, explain } from "../../../components/simulate/explain.ts";
import { Simulator } from "../../../components/simulate/simulator.ts";
import { type RequestSpec, resolveRequest } from "../../../components/simulate/spec.ts";
import { meshOf, shop } from "./asking.ts";

type Ir = ReturnType<typeof shop>;

function explained(ir: Ir, spec: Partial<RequestSpec> = {}): Explanation {
  const resolved = resolveRequest(ir, { from: "web", to: "reviews", ...spec });
  if (resolved.kind === "refused") assert.fail(JSON.stringify(resolved.diagnostics));
  return explain(new Simulator(ir), resolved.request);
}

const routesOf = (ir: Ir, spec: Partial<RequestSpec> = {}) =>
  explained(ir, spec).routes.map(({ name, result }) => [name, result]);
const rulesOf = (ir: Ir, spec: Partial<RequestSpec> = {}) =>
  explained(ir, spec).access.map(({ service, port, rules }) => [
    service,
    port,
    rules.map(({ name, effect, result }) => [name, effect, result]),
  ]);
const won = (...because: readonly string[]) => ({ kind: "won", because });
const lost = (because: string) => ({ kind: "lost", because });
const notAsked = (...because: readonly string[]) => ({ kind: "not-asked", because });
const NOT_MEANT = { kind: "not-meant" };

const prefix = (path: string) => ({ kind: "path-prefix", path });

describe("explain", () => {
  it("says of each route whether it won, by which condition it lost, or that it was not asked", () => {
    const ir = shop({
      routes: {
        reviews: {
          first: { when: [prefix("/a"), { kind: "header-exact", name: "x-b", value: "1" }], priority: 3, to: "v1" },
          second: { when: prefix("/a"), priority: 2, to: "v2" },
          third: { when: { kind: "path-exact", path: "/a/b" }, priority: 1, to: "v1" },
        },
      },
    });
    assert.deepEqual(routesOf(ir, { path: "/a/b" }), [
      ["first", lost('header x-b is "1"')],
      ["second", won("path is /a or below")],
      ["third", notAsked("path is /a/b")],
      ["otherwise", notAsked()],
    ]);
    assert.deepEqual(explained(ir, { path: "/a/b" }).routes[1]?.path, ["routes", "reviews", "second"]);
  });

  it("says each condition as a person would", () => {
    const when = {
      a: { kind: "path-exact", path: "/a" },
      b: { kind: "path-regex", regex: "/v.*" },
      c: { kind: "method", methods: ["PUT", "POST"] },
      d: { kind: "header-prefix", name: "x-h", value: "p" },
      e: { kind: "header-regex", name: "x-h", regex: "p.*" },
      f: { kind: "header-present", name: "x-h" },
      g: { kind: "query-exact", name: "q", value: "1" },
      h: { kind: "cookie-exact", name: "k", value: "1" },
      i: { kind: "authority-exact", value: "a.example.com" },
      j: { kind: "source", service: "job" },
      k: prefix("/p"),
    };
    const texts = {
      a: "path is /a",
      b: "path matches /v.*",
      c: "method POST or PUT",
      d: 'header x-h begins with "p"',
      e: "header x-h matches p.*",
      f: "header x-h is there",
      g: 'query parameter q is "1"',
      h: 'cookie k is "1"',
      i: "authority a.example.com",
      j: "called by job",
      k: "path is /p or below",
    };
    const routes = Object.fromEntries(
      Object.entries(when).map(([name, one], index) => [name, { when: one, priority: index + 1, to: "v1" }]),
    );
    const ir = shop({ services: { job: { ports: {}, calls: ["reviews"] } }, routes: { reviews: routes } });
    const losing = explained(ir, { path: "/other" }).routes.filter(({ result }) => result.kind === "lost");
    assert.deepEqual(
      Object.fromEntries(losing.map(({ name, result }) => [name, result.kind === "lost" && result.because])),
      texts,
    );
    const absent = shop({ routes: { reviews: { none: { when: { kind: "header-absent", name: "x-h" }, to: "v1" } } } });
    assert.deepEqual(routesOf(absent)[0], ["none", won("header x-h is not there")]);
  });

  it("knows the caller that a route asks for", () => {
    const ir = shop({ routes: { reviews: { own: { when: { kind: "source", service: "web" }, to: "v1" } } } });
    assert.deepEqual(routesOf(ir)[0], ["own", won("called by web")]);
  });

  it("says what the first proxy made of path and authority, where that is another spelling", () => {
    assert.deepEqual(explained(shop()).rewritten, []);
    assert.deepEqual(explained(shop(), { path: "/a//b", host: "reviews." }).rewritten, [
      { part: "path", from: "/a//b", to: "/a/b" },
      { part: "authority", from: "reviews.", to: "reviews" },
    ]);
  });

  it("tells of no routes where the message gets to none", () => {
    for (const spec of [{ path: "/a b" }, { host: "nobody.example.com" }, { from: "stranger" }]) {
      const { routes, access, rewritten } = explained(shop(), spec);
      assert.deepEqual([routes, spec.from === undefined ? access : [], rewritten], [[], [], []]);
    }
  });

  it("says whom the first proxy knows, where it does not know who is asked for", () => {
    const services = {
      web: { ports: { http: { kind: "http", number: 80 } }, calls: ["reviews", "db:a", "db:b", "pay"] },
      db: { ports: { a: { kind: "tcp", number: 1 }, b: { kind: "tcp", number: 2 } } },
    };
    const door = {
      listeners: {
        other: { kind: "http", port: 81, hosts: ["c.example.com"] },
        plain: { kind: "http", port: 80, hosts: ["a.example.com"] },
      },
      routes: { all: { when: prefix("/x"), to: "reviews:http" } },
    };
    const pay = { host: "pay.example.com", ports: { https: { kind: "http", number: 443 } } };
    const ir = shop({ services, externals: { pay }, gateways: { door } });
    assert.deepEqual(explained(ir, { host: "nobody" }).known, ["db:a", "db:b", "reviews", "pay"]);
    const two = { a: { kind: "http", number: 8001 }, b: { kind: "http", number: 8002 } };
    const ports = shop({ services: { web: { ports: {}, calls: ["two:b"] }, two: { ports: two } } });
    assert.deepEqual(explained(ports, { to: "two:a" }).known, ["two:b"]);
    const outside = { from: "outside", to: "a.example.com" };
    assert.deepEqual(explained(ir, { ...outside, host: "b.example.com" }).known, ["a.example.com"]);
    assert.equal("known" in explained(ir, { ...outside, path: "/y" }), false);
    assert.equal("known" in explained(ir), false);
    assert.equal("known" in explained(ir, { ...outside, path: "/a b" }), false);
  });

  it("tells of the routes of a gateway", () => {
    const ir = shop({
      gateways: {
        door: {
          listeners: { plain: { kind: "http", port: 80, hosts: ["a.example.com"] } },
          routes: { all: { when: prefix("/x"), to: "reviews:http" } },
        },
      },
    });
    assert.deepEqual(routesOf(ir, { from: "outside", to: "a.example.com", path: "/x" }), [
      ["all", won("path is /x or below")],
    ]);
  });

  const guarded = shop({
    services: { job: { ports: {}, calls: ["reviews"] } },
    reviews: {
      access: {
        jobs: { kind: "deny", from: ["job"] },
        admin: { kind: "deny", paths: [prefix("/admin"), prefix("/root")] },
        reading: { kind: "allow", from: ["web"], methods: ["GET"] },
        all: { kind: "allow", from: ["web"] },
      },
    },
  });

  it("says of each rule at the service whether it won or why it lost", () => {
    assert.deepEqual(rulesOf(guarded, { method: "POST" }), [
      [
        "default/shop/reviews",
        "http",
        [
          ["admin", "deny", lost("path is /admin or below or /root or below")],
          ["jobs", "deny", NOT_MEANT],
          ["all", "allow", won()],
          [DECLARED_CALLS, "allow", NOT_MEANT],
          ["reading", "allow", lost("method GET")],
        ],
      ],
    ]);
  });

  it("says which rule denied, and that others were not asked", () => {
    const at = explained(guarded, { path: "/admin" }).access[0];
    const results = Object.fromEntries(at?.rules.map(({ name, result }) => [name, result]) ?? []);
    assert.deepEqual(
      [results.admin, results.reading, results.all],
      [won("path is /admin or below or /root or below"), notAsked("method GET"), notAsked()],
    );
  });

  it("says why the others did not deny", () => {
    const at = explained(guarded, { from: "job" }).access[0];
    const admin = at?.rules.find(({ name }) => name === "admin");
    assert.deepEqual(admin?.result, lost("path is /admin or below or /root or below"));
  });

  it("says of several paths once what they have in common", () => {
    const { text } = anyPathCondition([
      { kind: "exact", path: "/a" },
      { kind: "prefix", path: "/b" },
      { kind: "regex", regex: "/this is .*" },
      { kind: "exact", path: "/c" },
    ]);
    assert.equal(text, "path is /a or /b or below or matches /this is .* or is /c");
  });

  it("gives no rule the credit for plaintext", () => {
    const ir = shop({ reviews: { mtls: { kind: "permissive", until: "2099-12-31" } } });
    assert.deepEqual(rulesOf(ir, { from: "plaintext" }), [
      ["default/shop/reviews", "http", [[DECLARED_CALLS, "allow", NOT_MEANT]]],
    ]);
  });

  it("tells of no rules where nobody knows what they decide", () => {
    const headers = [{ kind: "header-exact", name: "x-request-id", value: "1" }];
    assert.deepEqual(rulesOf(shop({ reviews: { access: { maybe: { kind: "deny", headers } } } })), []);
  });

  it("names the declared call where no rule narrows it", () => {
    const ir = shop();
    assert.deepEqual(rulesOf(ir), [["default/shop/reviews", "http", [[DECLARED_CALLS, "allow", won()]]]]);
    assert.deepEqual(rulesOf(ir, { from: "stranger" }), []);
  });

  it("asks each place once where several versions are behind it", () => {
    const ir = shop({ routes: { reviews: { all: { to: { v1: 50, v2: 50 } } } } });
    assert.equal(explained(ir).access.length, 1);
  });

  it("tells of connections, and of no rules at servers outside", () => {
    const ir = meshOf({
      services: {
        web: { ports: {}, calls: ["db", "pay"] },
        db: { ports: { data: { kind: "tcp", number: 5432 } }, access: { no: { kind: "deny", from: ["job"] } } },
        job: { ports: {}, calls: ["db"] },
      },
      externals: { pay: { host: "pay.example.com", ports: { https: { kind: "http", number: 443 } } } },
    });
    const { routes, rewritten, access } = explained(ir, { to: "db" });
    assert.deepEqual([routes, rewritten, access[0]?.port], [[], [], "data"]);
    assert.deepEqual(explained(ir, { to: "pay" }).access[0]?.rules, []);
  });
});
