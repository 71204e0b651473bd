/** Reading Gateway API objects, where the conformance suite asks nothing. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { compile } from "meshwright";
import { type ImportOptions, readGatewayApi } from "../../../components/import/gateway-api/mesh.ts";

const OPTIONS: ImportOptions = { name: "shop", targets: ["envoy"], hosts: ["shop.example.com"] };

const named = (kind: string, name: string, spec: object, more: object = {}) => ({
  kind,
  metadata: { name, namespace: "shop", ...more },
  spec,
});
const gateway = (...listeners: readonly object[]) => named("Gateway", "edge", { gatewayClassName: "mesh", listeners });
const web = { name: "web", protocol: "HTTP", port: 80, hostname: "shop.example.com" };
const service = (name: string, ...ports: readonly object[]) => named("Service", name, { ports });
const route = (name: string, rules: readonly object[], more: object = {}) =>
  named("HTTPRoute", name, { parentRefs: [{ name: "edge" }], rules }, more);
const to = (name: string, more: object = {}) => ({ backendRefs: [{ name, port: 80, ...more }] });

const plain = [service("a", { name: "http", port: 80 }), service("b", { name: "http", port: 80 })];
const read = (...objects: readonly unknown[]) => readGatewayApi([gateway(web), ...plain, ...objects], OPTIONS);
const codes = (...objects: readonly unknown[]) => read(...objects).diagnostics.map(({ code, args }) => [code, args]);
const routesOf = (...objects: readonly unknown[]) => {
  const { mesh, diagnostics } = read(...objects);
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(
    compile(mesh).diagnostics.filter(({ severity }) => severity === "error"),
    [],
  );
  return mesh.gateways.edge?.routes;
};

const backend = (key: string) => ({ kind: "service", service: key, port: "http" });
const cannot = (feature: string) => [["MW2400", { feature }]];

describe("reading Gateway API", () => {
  it("says nothing about order where a mesh has the same", () => {
    const rules = [to("a"), { matches: [{ path: { type: "Exact", value: "/x" } }], ...to("b") }];
    assert.deepEqual(routesOf(route("web", rules)), {
      "web-1": { to: backend("a") },
      "web-2": { when: [{ kind: "path-exact", path: "/x" }], to: backend("b") },
    });
  });

  it("says it where the age of routes decides, and then of all routes there", () => {
    const young = route("a-young", [to("a")], { creationTimestamp: "2026-02-01T00:00:00Z" });
    const old = route("b-old", [to("b")], { creationTimestamp: "2026-01-01T00:00:00Z" });
    assert.deepEqual(routesOf(young, old), {
      "b-old-1": { to: backend("b"), priority: 2 },
      "a-young-1": { to: backend("a"), priority: 1 },
    });
  });

  it("is the same for the same objects in another order", () => {
    const objects = [
      gateway(web, { name: "more", protocol: "HTTP", port: 8080 }),
      ...plain,
      route("one", [to("a"), { matches: [{ method: "PUT" }, { path: { value: "/x" } }], ...to("b") }]),
      route("two", [to("b")]),
      { ...service("a", { port: 80 }), metadata: { name: "a", namespace: "other" } },
    ];
    const first = JSON.stringify(readGatewayApi(objects, OPTIONS).mesh.gateways);
    fc.assert(
      fc.property(fc.shuffledSubarray(objects, { minLength: objects.length }), (shuffled) => {
        assert.equal(JSON.stringify(readGatewayApi(shuffled, OPTIONS).mesh.gateways), first);
      }),
      { numRuns: 50 },
    );
  });

  it("tells Services of one name apart by their namespaces", () => {
    const { mesh } = read({ ...service("a", { name: "http", port: 80 }), metadata: { name: "a", namespace: "other" } });
    assert.deepEqual(Object.keys(mesh.services).sort(), ["a-other", "a-shop", "b"]);
  });

  it("leaves out backends without weight, and cannot share between Services", () => {
    const refs = (...weights: readonly number[]) => ({
      backendRefs: weights.map((weight, index) => ({ name: index === 0 ? "a" : "b", port: 80, weight })),
    });
    assert.deepEqual(routesOf(route("web", [refs(0, 1)])), { "web-1": { to: backend("b") } });
    assert.deepEqual(codes(route("web", [refs(1, 1)])), cannot("weights between Services"));
  });

  it("reads time limits and retries", () => {
    const limits = { timeouts: { request: "1m30s", backendRequest: "500ms" }, retry: { attempts: 3, codes: [503] } };
    assert.deepEqual(routesOf(route("web", [{ ...to("a"), ...limits }])), {
      "web-1": {
        to: backend("a"),
        timeout: "90000ms",
        perTryTimeout: "500ms",
        retries: { attempts: 3, statuses: [503] },
      },
    });
    assert.deepEqual(codes(route("web", [{ ...to("a"), timeouts: { request: "soon" } }])), cannot("the duration soon"));
  });

  it("keeps the first of several conditions on one header", () => {
    const headers = [
      { name: "X-A", value: "1" },
      { name: "x-a", value: "2" },
    ];
    assert.deepEqual(routesOf(route("web", [{ matches: [{ headers }], ...to("a") }])), {
      "web-1": { when: [{ kind: "header-exact", name: "x-a", value: "1" }], to: backend("a") },
    });
  });

  it("reads calls of gRPC as the paths that they are", () => {
    const grpc = (method: object) =>
      named("GRPCRoute", "calls", {
        parentRefs: [{ name: "edge" }],
        rules: [{ matches: [{ method }], ...to("a") }],
      });
    const pathOf = (method: object) => routesOf(grpc(method))?.["calls-1"]?.when;
    assert.deepEqual(pathOf({ service: "a.B", method: "C" }), [{ kind: "path-exact", path: "/a.B/C" }]);
    assert.deepEqual(pathOf({ service: "a.B" }), [{ kind: "path-prefix", path: "/a.B" }]);
    assert.deepEqual(pathOf({ method: "C.D" }), [{ kind: "path-regex", regex: "/[^/]+/C\\.D" }]);
    assert.deepEqual(pathOf({ type: "RegularExpression", service: "a|b", method: "C" }), [
      { kind: "path-regex", regex: "/(?:a|b)/(?:C)" },
    ]);
  });

  it("makes two gateways where a host is served with TLS and without", () => {
    const secure = {
      ...web,
      name: "secure",
      protocol: "HTTPS",
      port: 443,
      tls: { certificateRefs: [{ name: "cert" }] },
    };
    const { mesh, diagnostics } = readGatewayApi([gateway(web, secure), ...plain, route("web", [to("a")])], OPTIONS);
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      ["MW2405"],
    );
    assert.deepEqual(Object.keys(mesh.gateways), ["edge-80", "edge-443"]);
  });

  it("answers 404 to calls of a Service that none of its routes is for", () => {
    const parentRefs = [{ group: "", kind: "Service", name: "a" }];
    const rules = [{ matches: [{ path: { value: "/x" } }], ...to("a") }];
    const { mesh, diagnostics } = read(named("HTTPRoute", "calls", { parentRefs, rules }));
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(mesh.routes, {
      a: {
        "calls-1": { when: [{ kind: "path-prefix", path: "/x" }], to: backend("a") },
        unmatched: { respond: { status: 404 } },
      },
    });
  });

  it("says where a route has no effect", () => {
    const at = (ref: object) => codes(named("HTTPRoute", "calls", { parentRefs: [ref], rules: [to("a")] }))[0];
    const gone = (parent: string, reason: string) => ["MW2403", { parent, reason }];
    assert.deepEqual(at({ name: "egde" }), gone("Gateway shop/egde", "it is not there"));
    assert.deepEqual(at({ name: "edge", port: 81 }), gone("edge", "no listener has that name and port"));
    assert.deepEqual(
      at({ group: "", kind: "Service", name: "a", port: 81 }),
      gone("Service shop/a", "it has no such port that speaks HTTP"),
    );
  });

  it("says what it has no words for", () => {
    assert.deepEqual(codes(named("TLSRoute", "x", {})), cannot("TLSRoute"));
    assert.deepEqual(codes(service("a", { port: 81 })), cannot("two objects of one kind and name"));
    assert.deepEqual(codes(service("c", { port: 80, targetPort: "web" })), cannot("the target port named web"));
    assert.deepEqual(codes(service("c", { port: 80, protocol: "UDP" })), cannot("ports of protocol UDP"));
    const socket = service("c", { name: "http", port: 80, appProtocol: "kubernetes.io/ws" });
    assert.deepEqual(codes(socket, route("web", [to("c")])).slice(0, 1), cannot("WebSocket backends"));
    const certificate = { ...web, protocol: "HTTPS", tls: { certificateRefs: [{ name: "c", namespace: "far" }] } };
    assert.deepEqual(
      readGatewayApi([gateway(certificate)], OPTIONS).diagnostics.map(({ args }) => args),
      [{ feature: "the certificate Secret far/c" }],
    );
  });

  it("reports fields that it does not know, and values of the wrong kind", () => {
    const found = codes(route("web", [{ ...to("a"), surprise: 1, matches: "all" }]));
    assert.deepEqual(found.map(([code]) => code).sort(), ["MW1001", "MW1002"]);
  });

  it("takes whatever it is given without an exception", () => {
    const kinds = fc.constantFrom(
      "HTTPRoute",
      "GRPCRoute",
      "Gateway",
      "Service",
      "ReferenceGrant",
      "Namespace",
      "Other",
    );
    const object = fc.record({ kind: kinds, metadata: fc.anything(), spec: fc.anything() });
    fc.assert(
      fc.property(fc.array(fc.oneof(object, fc.anything())), (objects) => {
        readGatewayApi(objects, OPTIONS);
      }),
      { numRuns: 500 },
    );
  });
});
