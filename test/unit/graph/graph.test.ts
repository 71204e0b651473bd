/** The picture of a mesh: what it shows, and that no text of a user becomes DOT or markup. */
import assert from "node:assert/strict";
import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { edge, html, node } from "../../../components/graph/dot.ts";
import { graphOf } from "../../../components/graph/graph.ts";
import type { MeshIr } from "../../../components/ir/mesh-ir.ts";
import { compile } from "../../../components/passes/compile.ts";

const http = { http: { kind: "http", number: 80 } };

function irOf(spec: object): MeshIr {
  const { ir, diagnostics } = compile({ name: "shop", targets: ["envoy"], ...spec });
  assert.deepEqual(
    diagnostics.filter(({ severity }) => severity === "error"),
    [],
  );
  return ir as MeshIr;
}

describe("graphOf", () => {
  const services = {
    web: { ports: http, calls: ["cart", "rates"] },
    cart: { ports: http, versions: ["v1", "v2"], mtls: { kind: "permissive", until: "2027-01-31" } },
    stock: { namespace: "back", ports: { tcp: { kind: "tcp", number: 1 }, grpc: { kind: "grpc", number: 2 } } },
    idle: { ports: {}, calls: ["stock:tcp"] },
  };
  const dot = graphOf(
    irOf({
      services,
      externals: { rates: { host: "rates.example.com", ports: http } },
      gateways: {
        edge: {
          listeners: { web: { kind: "http", port: 80, hosts: ["shop.example.com"] } },
          routes: { all: { to: { kind: "service", service: "web" } } },
        },
      },
      routes: {
        cart: {
          default: { to: { v1: 3, v2: 1 } },
          stock: {
            when: { kind: "path-prefix", path: "/stock" },
            to: { kind: "service", service: "stock", port: "grpc" },
          },
        },
      },
    }),
  );
  const line = (from: string, to: string) =>
    dot.split("\n").find((text) => text.includes(`"${from}" -> "${to}"`)) ?? "";
  const nodeOf = (id: string) => dot.split("\n").find((text) => text.trim().startsWith(`"${id}" [`)) ?? "";

  it("puts services into their namespaces, with ports, versions and the canary's share", () => {
    assert.match(dot, /subgraph "cluster shop"/);
    assert.match(dot, /subgraph "cluster back"/);
    for (const shown of ["cart", "http 80", "v1  75 %", "v2  25 %"])
      assert.ok(nodeOf("default/shop/cart").includes(shown));
  });

  it("shows what takes plaintext differently", () => {
    assert.match(nodeOf("default/shop/cart"), /DASHED.*accepts plaintext until 2027-01-31/);
    assert.doesNotMatch(nodeOf("default/shop/web"), /DASHED|plaintext/);
  });

  it("draws the way in, declared calls solid, derived ones dotted with the reason", () => {
    assert.ok(line("clients", "default/shop/edge"));
    assert.match(line("default/shop/edge", "default/shop/web"), /http/);
    assert.match(line("default/shop/web", "default/shop/cart"), /style="solid"/);
    assert.match(line("default/shop/web", "default/back/stock"), /grpc via cart.*style="dotted"/);
    assert.match(line("default/shop/idle", "default/back/stock"), /tcp.*style="solid"/);
  });

  it("names hosts of gateways and externals", () => {
    assert.match(nodeOf("default/shop/edge"), /shop\.example\.com/);
    assert.match(nodeOf("external/rates"), /DASHED.*rates\.example\.com/);
  });

  it("is accepted by Graphviz, every node drawn", async () => {
    const svg = (await Graphviz.load()).dot(dot, "svg");
    const drawn = [...svg.matchAll(/class="(node|edge)"/g)].map(([, kind]) => kind);
    assert.equal(drawn.filter((kind) => kind === "node").length, 7);
    assert.equal(drawn.filter((kind) => kind === "edge").length, 6);
  });
});

describe("dot", () => {
  const hostile = 'a"]; b -> c <B>&amp;\\" \u0000\u001b</B>';

  it("keeps hostile text inside of quotes and markup", async () => {
    const label = html("B", { COLOR: hostile }, hostile);
    const dot = `digraph "x" { ${node(hostile, { label: html("FONT", {}, hostile) })} ${edge(hostile, "z", { tooltip: hostile })} }`;
    assert.doesNotMatch(label.markup.slice(1), /<(?!\/B>$)/);
    const { objects, edges } = JSON.parse((await Graphviz.load()).dot(dot, "dot_json"));
    assert.deepEqual([objects.length, edges.length], [2, 1]);
    // Graphviz keeps a doubled backslash in a name as it is.
    assert.equal(objects[0].name, hostile.replace("\u0000\u001b", "\ufffd\ufffd").replace("\\", "\\\\"));
  });
});
