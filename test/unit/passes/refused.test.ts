/** What would vanish, match nothing or do harm is refused where it is written, and nothing else is said of it. */
import assert from "node:assert/strict";
import { compile } from "../../../components/passes/compile.ts";
import { formatPath } from "../../../components/values/model-path.ts";

type Data = Readonly<Record<string, unknown>>;

const http = { kind: "http", number: 80 };
const shop = ({
  web = {},
  api = {},
  routes = {},
  ...rest
}: { web?: Data; api?: Data; routes?: Data } & Data): Data => ({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http }, calls: ["api"], ...web },
    api: { ports: { http }, versions: ["v1", "v2"], ...api },
  },
  routes: { api: routes },
  ...rest,
});
const told = (mesh: Data): readonly string[] =>
  compile(mesh).diagnostics.map(({ code, path }) => `${code} ${formatPath(path)}`);
const when = (...conditions: Data[]): Data => shop({ routes: { a: { when: conditions, to: "v1" } } });
const gateway = (fields: Data, listener: Data = {}): Data =>
  shop({
    gateways: {
      door: {
        listeners: { plain: { kind: "http", port: 80, hosts: ["a.example.com"], ...listener } },
        routes: { a: { to: "web", ...fields } },
      },
    },
  });

const cases: Readonly<Record<string, readonly [mesh: Data, ...told: string[]]>> = {
  "no method": [when({ kind: "method", methods: [] }), "MW1001 routes.api.a.when[0].methods"],
  "no method to try again": [
    shop({ routes: { a: { retries: { on: ["5xx"], methods: [] } } } }),
    "MW1001 routes.api.a.retries.methods",
  ],
  "no host": [gateway({ hosts: [] }), "MW1001 gateways.door.routes.a.hosts"],
  "a header value longer than Envoy sets": [
    shop({ routes: { a: { headers: { request: { set: { x: "%".repeat(8_193) } } } } } }),
    "MW1001 routes.api.a.headers.request.set.x",
  ],
  "a selector of every workload": [shop({ api: { selectors: { v1: {} } } }), "MW1001 services.api.selectors.v1"],
  "a label that Kubernetes refuses": [
    shop({ api: { selectors: { v1: { "bad key!": "a" }, v2: { app: "x y z" } } } }),
    'MW1004 services.api.selectors.v1["bad key!"]',
    "MW1001 services.api.selectors.v2.app",
  ],
  "the selector of a version that is not there": [
    shop({ api: { selectors: { v9: { app: "api" } } } }),
    "MW2114 services.api.selectors.v9",
  ],
  "versions that select the same workloads": [
    shop({ api: { selectors: { v1: { app: "api" }, v2: { app: "api" } } } }),
    "MW2115 services.api.selectors.v1",
    "MW2115 services.api.selectors.v2",
  ],
  "a version twice": [shop({ api: { versions: ["v1", "v2", "v1"] } }), "MW2116 services.api.versions[2]"],
  "a caller that does not call": [
    shop({ routes: { a: { when: [{ kind: "source", service: "api" }], to: "v1" } } }),
    "MW2204 routes.api.a",
  ],
  "a loss accepted where nothing can be lost": [
    shop({ api: { name: { kind: "lossy", accept: { envoy: "habit" }, value: "api" } } }),
    "MW3003 services.api.name",
  ],
  "a loss accepted on a whole section": [
    { ...shop({}), services: { kind: "lossy", accept: { envoy: "habit" }, value: shop({}).services } },
    "MW3003 services",
  ],
  "a caller that is led back to itself": [
    shop({ routes: { a: { to: { kind: "service", service: "web" } } } }),
    "MW2215 routes.api.a.to",
  ],
  "one that is, where another route takes some of its requests": [
    shop({
      routes: {
        a: { to: { kind: "service", service: "web" } },
        b: {
          when: [
            { kind: "source", service: "web" },
            { kind: "path-prefix", path: "/b" },
          ],
          to: "v1",
        },
      },
    }),
    "MW2215 routes.api.a.to",
  ],
  "TLS of its own where plaintext is let in": [
    shop({
      api: { ports: { tls: { kind: "tls", number: 443 } }, mtls: { kind: "permissive", until: "2099-01-31" } },
    }),
    "MW3004 services.api.mtls",
  ],
};

describe("a mesh is refused", () => {
  for (const [what, [mesh, ...expected]] of Object.entries(cases))
    it(`with ${what}`, () => assert.deepEqual(told(mesh), expected));

  describe("with a path that proxies rewrite before they compare it", () => {
    const spellings = {
      "/%61dmin": "/admin",
      "/%7Euser": "/~user",
      "/a|b": "/a%7Cb",
      '/q"': "/q%22",
      "/a/..;x/c": "/c",
      "/p%2fq": "/p/q",
      "/a/../b": "/b",
      "/a//b": "/a/b",
      "/a\\b": "/a/b",
    };
    for (const [written, seen] of Object.entries(spellings))
      it(`${written}, and is told ${seen}`, () => {
        const rules = { shut: { kind: "deny", paths: [{ kind: "path-prefix", path: written }] } };
        const { diagnostics } = compile(shop({ api: { access: rules } }));
        assert.deepEqual(
          diagnostics.map(({ code, path }) => `${code} ${formatPath(path)}`),
          ["MW1001 services.api.access.shut.paths[0].path"],
        );
        assert.ok(String(diagnostics[0]?.args.expected).endsWith(`: "${seen}"`));
        assert.deepEqual(told(when({ kind: "path-exact", path: seen })), []);
        assert.deepEqual(told(when({ kind: "path-exact", path: written })), ["MW1001 routes.api.a.when[0].path"]);
      });

    it("or that no proxy forwards", () => {
      for (const path of ["admin", "/a?b", "/a#b", "/a b", "/é", "/%00"])
        assert.deepEqual(told(when({ kind: "path-exact", path })), ["MW1001 routes.api.a.when[0].path"], path);
    });
  });

  describe("for one reason alone", () => {
    it("where a condition cannot be read, that would tie with another route without it", () => {
      const routes = { a: { when: { kind: "path-exact", path: "no-slash" }, to: "v1" }, b: { timeout: "3s" } };
      assert.deepEqual(told(shop({ routes })), ["MW1001 routes.api.a.when.path"]);
    });

    it("but for what has nothing to do with a condition, also where something is called so", () => {
      const routes = { when: { timeout: "3" }, b: { to: "v1" } };
      assert.deepEqual(told(shop({ routes })), ["MW2201 routes.api.b", "MW1001 routes.api.when.timeout"]);
    });

    it("where a condition of a gateway cannot be read", () => {
      const routes = { a: { when: { kind: "no such" }, to: "web" }, b: { to: "api" } };
      const door = { listeners: { plain: { kind: "http", port: 80, hosts: ["a.example.com"] } }, routes };
      assert.deepEqual(told(shop({ gateways: { door } })), ["MW1001 gateways.door.routes.a.when.kind"]);
    });

    it("where a fault cannot be read, that would do nothing without", () => {
      const routes = { a: { fault: { abort: { status: "503" } } } };
      assert.deepEqual(told(shop({ routes })), ["MW1001 routes.api.a.fault.abort.status"]);
    });
  });

  it("not for a route that leads a caller back to itself, of which another takes all requests", () => {
    const routes = {
      a: { to: { kind: "service", service: "web" } },
      b: { when: { kind: "source", service: "web" }, to: "v1" },
    };
    assert.deepEqual(told(shop({ routes })), []);
  });

  it("not for a route that leads others to a caller", () => {
    const services = {
      web: { ports: { http }, calls: ["api"] },
      batch: { ports: { http }, calls: ["api"] },
      api: { ports: { http } },
    };
    const routes = { a: { when: { kind: "source", service: "batch" }, to: { kind: "service", service: "web" } } };
    assert.deepEqual(told(shop({ routes, services })), []);
  });

  it("with what a later release can, and is told which", () => {
    const routes = { a: { when: { kind: "path-prefix", path: "/a" }, redirect: { prefix: "/b" } } };
    const [found, ...others] = compile({ ...shop({ routes }), targets: ["istio"] }).diagnostics;
    assert.equal(found?.code, "MW3000");
    assert.equal(found.args.later, "istio@1.31");
    assert.deepEqual(others, []);
    assert.deepEqual(told({ ...shop({ routes }), targets: ["istio@1.31"] }), []);
  });

  it("not for a route that is called as the way of a service without routes is", () => {
    const routes = {
      otherwise: { when: { kind: "path-exact", path: "/y" }, to: "v1", priority: -1 },
      all: { to: "v2" },
    };
    assert.deepEqual(told(shop({ routes })), ["MW2203 routes.api.otherwise"]);
  });
});
