/**
 * How large an object may be, and how long its names (reliability.md F16, F20): what is told with its size before a deployment (MW4000) is what a real API server with
 * the defaults of etcd refuses, and all that is not told it stores. The largest objects of a mesh of 1,000 services and 10,000 routes are
 * among those.
 */
import assert from "node:assert/strict";
import type { MeshObject } from "../../components/engines/kubernetes.ts";
import { allow, compile, defineMesh, deny, http, listen, type Mesh, path } from "../../components/index.ts";
import type { MeshIr } from "../../components/ir/mesh-ir.ts";
import { checkObjectSizes, LARGEST_OBJECT } from "../../components/passes/object-sizes.ts";
import { istioObjects } from "../../components/passes/render.ts";
import { applyAll, applyCrds, type Kubernetes, namespace, startKubernetes } from "./kubernetes.ts";
import { ProcessGroup } from "./process-group.ts";
import { describeWith } from "./with-parts.ts";

describeWith("cluster: objects at the limit", ["etcd", "kube-apiserver", "istio-crds"], (parts) => {
  let group: ProcessGroup;
  let kubernetes: Kubernetes;

  before(async function () {
    this.timeout(180_000);
    group = await ProcessGroup.create();
    kubernetes = await startKubernetes(group, parts());
    await applyCrds(kubernetes.api, [parts()["istio-crds"]]);
    await applyAll(kubernetes.api, [namespace("big")]);
  });

  after(async () => {
    kubernetes?.api.close();
    await group?.stop();
  });

  it("stores the largest that is allowed; refuses one that is told", async function () {
    this.timeout(180_000);
    const each = bytesOf(gatewayWith(2)) - bytesOf(gatewayWith(1));
    // Just below and just above what etcd takes; between the two limits lies what the server itself adds.
    const most = Math.floor((LARGEST_OBJECT - bytesOf(gatewayWith(0))) / (each + 16));
    const allowed = gatewayWith(most);
    const refused = gatewayWith(Math.ceil((1.5 * 2 ** 20) / each));
    assert.deepEqual(
      [checkObjectSizes(...allowed), checkObjectSizes(...refused).map(({ code }) => code)],
      [[], ["MW4000"]],
    );
    assert.ok(bytesOf(allowed) > 0.95 * LARGEST_OBJECT, String(bytesOf(allowed)));
    assert.equal((await kubernetes.api.apply(largestOf(allowed).object)).kind, "ok");
    const answer = await kubernetes.api.apply(largestOf(refused).object);
    assert.match(answer.kind === "ok" ? "stored" : answer.message, /too large/);
    console.log(`        stored ${bytesOf(allowed)} bytes, refused ${bytesOf(refused)}`);
  });

  it("stores the largest objects of 1,000 services with 10,000 routes", async function () {
    this.timeout(180_000);
    const [ir, objects] = rendered(services(1_000, 10));
    assert.deepEqual(checkObjectSizes(ir, objects), []);
    const largest = objects.toSorted((a, b) => sizeOf(b) - sizeOf(a)).slice(0, 10);
    await applyAll(
      kubernetes.api,
      largest.map(({ object }) => object),
    );
    const tables = objects.flatMap(({ object }) => (object.kind === "VirtualService" ? [object.spec] : []));
    const routes = tables.flatMap((spec) => (spec as { readonly http: readonly unknown[] }).http).length;
    assert.ok(routes >= 10_000, String(routes));
    console.log(
      `        ${routes} routes, ${objects.length} objects, the largest ${sizeOf(largest[0] as MeshObject)} bytes`,
    );
  });

  it("stores every object whose names are the longest that a mesh may write, each under a name of its own (F20)", async () => {
    const [, objects] = rendered(longestNames);
    const stored = await applyAll(kubernetes.api, [namespace(long("n")), ...objects.map(({ object }) => object)]);
    const names = objects.map(({ object: { kind, metadata } }) => `${kind} ${metadata.name}`);
    assert.equal(new Set(names).size, names.length);
    assert.equal(stored.length, 1 + objects.length);
    assert.ok(names.some((name) => name.length > 240));
    console.log(`        ${objects.length} objects`);
  });
});

type Rendered = readonly [MeshIr, readonly MeshObject[]];

function rendered(mesh: Mesh): Rendered {
  const { ir, diagnostics } = compile(mesh.at("default"));
  assert.ok(ir !== undefined, JSON.stringify(diagnostics));
  return [ir, istioObjects(ir)];
}

/** One host with so many routes. */
const gatewayWith = (count: number): Rendered =>
  rendered(
    defineMesh({
      name: "big",
      targets: ["istio"],
      services: { web: { ports: { http: http(80) } } },
      gateways: {
        edge: {
          listeners: { plain: listen.http(80, { hosts: ["big.example.com"] }) },
          routes: routesTo(count, "web"),
        },
      },
    } as never),
  );

/** Each calls the one before it and has its routes; all have the one caller. */
const services = (count: number, routes: number): Mesh => {
  const numbers = Array.from({ length: count }, (_, number) => number);
  const each = numbers.map((number) => [
    `s${number}`,
    { ports: { http: http(80) }, ...(number === 0 ? { calls: numbers.slice(1).map((other) => `s${other}`) } : {}) },
  ]);
  const tables = numbers.map((number) => [`s${number}`, routesTo(routes, undefined)]);
  return defineMesh({
    name: "big",
    targets: ["istio"],
    services: Object.fromEntries(each),
    routes: Object.fromEntries(tables),
  } as never);
};

const routesTo = (count: number, to: string | undefined): object =>
  Object.fromEntries(
    Array.from({ length: count }, (_, number) => [
      `route-${number}`,
      { when: path(`/part/${number}`).andBelow(), ...(to === undefined ? { timeout: "1s" } : { to }) },
    ]),
  );

/** As long as a name in DNS may be. */
const long = (letter: string): string => letter.repeat(63);
/** Of 253 characters; two of them differ where a name that they are part of is cut off. */
const longHost = (end: string): string => [long("h"), long("h"), long("h"), `${"h".repeat(60)}${end}`].join(".");

const longestNames: Mesh = defineMesh({
  name: long("m"),
  targets: ["istio"],
  services: {
    [long("a")]: { namespace: long("n"), ports: { http: http(80) }, calls: [long("b"), long("e")] },
    [long("b")]: {
      namespace: long("n"),
      serviceAccount: long("s"),
      ports: { http: http(80) },
      versions: [long("v"), long("w")],
      access: { [long("r")]: allow({ methods: ["GET"] }), [long("d")]: deny({ methods: ["PUT"] }) },
    },
  },
  externals: { [long("e")]: { host: longHost("e"), ports: { http: http(80) } } },
  routes: { [long("b")]: { [long("r")]: { to: { [long("v")]: 50, [long("w")]: 50 } } } },
  gateways: {
    [long("g")]: {
      namespace: long("n"),
      listeners: { [long("l")]: listen.http(80, { hosts: [longHost("x"), longHost("y")] }) },
      routes: { [long("r")]: { to: long("b") } },
    },
  },
} as never);

const sizeOf = ({ object }: MeshObject): number => Buffer.byteLength(JSON.stringify(object));
const largestOf = ([, objects]: Rendered): MeshObject =>
  objects.reduce((largest, one) => (sizeOf(one) > sizeOf(largest) ? one : largest));
const bytesOf = (of: Rendered): number => sizeOf(largestOf(of));
