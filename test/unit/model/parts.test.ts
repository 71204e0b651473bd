/** Merging parts, also what only JavaScript can hand over; the types are pinned in test/types. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { catalogue, compile, defineMesh, describe as describeFinding, header, http, mergeParts } from "meshwright";
import { formatPath } from "../../../components/values/model-path.ts";
import teams from "../../../stacks/meshes/teams/mesh.ts";

/** As JavaScript sees it. */
const merge = mergeParts as (base: unknown, parts?: unknown) => unknown;

const base = { name: "shop", targets: ["envoy"] };
const service = { ports: { http: http(80) } };

const told = (spec: unknown) => compile(spec).diagnostics.map(({ code, path }) => `${code} ${formatPath(path)}`);

describe("parts of a mesh", () => {
  it("are the mesh that one file would be", () => {
    const routes = { beta: { when: header("x-beta").isPresent(), timeout: "2s" }, all: { timeout: "1s" } };
    const calling = { ...service, calls: ["cart", "bank"] };
    const bank = { host: "bank.example.com", ports: { https: http(443) } };
    const parts = {
      billing: { services: { cart: service }, routes: { cart: { beta: routes.beta } }, namespaces: { a: {} } },
      storefront: { services: { web: calling }, externals: { bank } },
      platform: { routes: { cart: { all: routes.all } }, namespaces: { b: {} }, gateways: undefined },
    };
    const whole = { ...base, services: { web: calling, cart: service }, routes: { cart: routes }, externals: { bank } };
    const namespaces = { a: {}, b: {} };
    assert.deepEqual(merge(base, parts), { ...whole, namespaces });
    assert.deepEqual(told(whole), []);
  });

  it("say twice what two of them define, and where", () => {
    const when = header("x-beta").isPresent();
    const one = { services: { cart: service, web: service }, routes: { cart: { all: { timeout: "2s" } } } };
    const two = {
      services: { cart: service },
      routes: { cart: { all: { timeout: "2s" }, beta: { when } } },
      name: "other",
    };
    const { diagnostics } = compile(merge(base, { one, two, three: { services: { cart: service } } }));
    const whats = diagnostics.map((found) => {
      const { at, what } = describeFinding(catalogue, found);
      return `${found.code} ${at}: ${what}`;
    });
    assert.deepEqual(whats, [
      "MW2003 name: two parts of the mesh define this: base and two",
      "MW2003 routes.cart.all: two parts of the mesh define this: one and two",
      "MW2003 services.cart: two parts of the mesh define this: one and two and three",
    ]);
  });

  it("leave what is no part in the mesh, whose reader names it", () => {
    const cart = { services: { cart: service } };
    assert.deepEqual(told(merge(base, { cart, late: () => cart })), ["MW1005 late"]);
    assert.deepEqual(told(merge(base, { cart, none: null, text: "cart" })), ["MW1002 none", "MW1002 text"]);
    assert.deepEqual(told(merge(base, { cart, typo: { servces: {} } })), ["MW1002 servces"]);
    assert.deepEqual(told(merge(base, { cart, wrong: { services: 3 } })), ["MW1001 services"]);
    assert.deepEqual(told(merge(base, [cart])), ["MW1002 parts", "MW1003 services"]);
    assert.deepEqual(told(merge(base)), ["MW1003 services"]);
    assert.deepEqual(told(merge(undefined, { cart })), ["MW1003 name", "MW1003 targets"]);
  });

  it("may have names that every object answers to", () => {
    const parts = { one: { services: JSON.parse('{"constructor": {}, "__proto__": {}}') as object } };
    assert.deepEqual(told(merge(base, parts)), ["MW1004 services.__proto__", "MW1003 services.constructor.ports"]);
  });

  it("are those of an environment where they are functions of parameters", () => {
    const cart = (timeout: "1s" | "2s") => ({ services: { cart: service }, routes: { cart: { all: { timeout } } } });
    const mesh = defineMesh({ parameters: { slow: false }, environments: { dev: { slow: true }, prod: {} } }, (p) =>
      mergeParts({ name: "shop", targets: ["envoy"] }, { cart: cart(p.slow ? "2s" : "1s") }),
    );
    const timeouts = mesh.environments.map((name) => compile(mesh.at(name)).ir?.services[0]?.routes[0]?.routes[0]);
    assert.deepEqual(
      timeouts.map((route) => route?.timeouts.request),
      [2000, 1000],
    );
  });
});

describe("the example of several teams", () => {
  const files = ["base", "billing", "storefront", "mesh"];

  it("is a mesh without errors", () => {
    const { ir, diagnostics } = compile(teams.at("default"));
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      [],
    );
    assert.deepEqual(
      ir?.services.map(({ id }) => id),
      ["default/shop/ledger", "default/shop/payments", "default/shop/web"],
    );
  });

  for (const file of files)
    it(`stands in the documentation as it is: ${file}.ts`, () => {
      const text = readFileSync(new URL(`../../../stacks/meshes/teams/${file}.ts`, import.meta.url), "utf8");
      const page = readFileSync(new URL("../../../docs/model.md", import.meta.url), "utf8");
      assert.ok(page.includes(`\`\`\`typescript\n// ${file}.ts\n${text.replace(/^\/\*\*.*\n/, "")}\`\`\``), file);
    });
});
