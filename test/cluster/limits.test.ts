/**
 * How large an object may be, and how long its names (reliability.md F16, F20): what is told with its size before a deployment (MW4000)
 * is what a real API server with the defaults of etcd refuses, and all that is not told it stores.
 */
import assert from "node:assert/strict";
import { gatewayChart } from "../../components/engines/istio/install.ts";
import type { KubernetesObject, MeshObject } from "../../components/engines/kubernetes.ts";
import { compile, http, listen, path } from "../../components/index.ts";
import type { GatewayIr, MeshIr } from "../../components/ir/mesh-ir.ts";
import { checkObjectSizes, LARGEST_OBJECT } from "../../components/passes/object-sizes.ts";
import { istioObjects } from "../../components/passes/render.ts";
import type { Json } from "../../components/values/json.ts";
import { ALL, eachSeed } from "../generate/each-seed.ts";
import { longNames } from "../generate/long-names.ts";
import { type ManyRoutes, manyRoutes } from "../generate/many-routes.ts";
import { applyAll, applyCrds, type Kubernetes, namespace, startKubernetes } from "./kubernetes.ts";
import { ProcessGroup } from "./process-group.ts";
import { describeWith } from "./with-parts.ts";

/** `--max-request-bytes`, unless told. */
const ETCD = 1.5 * 2 ** 20;
/** etcd's own words, and those of the server's client, which asks it for no more than 2 MiB. */
const TOO_LARGE = /too large|larger than max/;

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
    const sizeWith = (count: number) => bytesOf(largestOf(gatewayWith(count)));
    const each = sizeWith(2) - sizeWith(1);
    // Just below and just above what etcd takes; between the two limits lies what the server itself adds.
    const allowed = gatewayWith(Math.floor((LARGEST_OBJECT - sizeWith(0)) / (each + 16)));
    const refused = gatewayWith(Math.ceil(ETCD / each));
    assert.deepEqual(
      [checkObjectSizes(...allowed), checkObjectSizes(...refused).map(({ code }) => code)],
      [[], ["MW4000"]],
    );
    const [stored, tooLarge] = [largestOf(allowed), largestOf(refused)];
    assert.ok(bytesOf(stored) > 0.95 * LARGEST_OBJECT, String(bytesOf(stored)));
    assert.equal((await kubernetes.api.apply(stored)).kind, "ok");
    const answer = await kubernetes.api.apply(tooLarge);
    assert.match(answer.kind === "ok" ? "stored" : answer.message, TOO_LARGE);
    console.log(`        stored ${bytesOf(stored)} bytes, refused ${bytesOf(tooLarge)}`);
  });

  eachSeed(`F16, 1,000 services with 10,000 routes: none lost, told what is not stored ${ALL}`, async ({ random }) => {
    const mesh = manyRoutes(random);
    const began = performance.now();
    const ir = compiled(mesh);
    const objects = istioObjects(ir);
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    const memory = (process.resourceUsage().maxRSS / 1_024).toFixed(0);
    const count = assertAllThere(mesh, ir, objects);
    assert.ok(count >= 10_000, String(count));
    const told = new Set(checkObjectSizes(ir, objects).map(({ args }) => args.name));
    const answers: string[] = [];
    for (const { object } of largestFirst(objects).slice(0, 10)) answers.push(await assertAsTold(object, told));
    return `${count} routes, ${objects.length} objects in ${seconds} s with at most ${memory} MB; the largest ${answers[0]}`;
  });

  /** What is told is refused, and all else stored as it is. Of what is told a little would still be stored: others write into objects, too. */
  async function assertAsTold(object: KubernetesObject, told: ReadonlySet<unknown>): Promise<string> {
    const { api } = kubernetes;
    const { namespace: home = "", name } = object.metadata;
    await applyAll(api, [namespace(home)]);
    const answer = await api.apply(object);
    const bytes = bytesOf(object);
    const isTold = told.has(`${home}/${name}`);
    if (!isTold) assert.equal(answer.kind, "ok", JSON.stringify(answer));
    else if (bytes > ETCD) assert.match(answer.kind === "ok" ? "stored" : answer.message, TOO_LARGE);
    if (answer.kind === "ok") assert.deepEqual((answer.body as unknown as KubernetesObject).spec, object.spec);
    await api.delete(object);
    return `${bytes} bytes, ${isTold ? "told" : "not told"}, ${answer.kind === "ok" ? "stored" : "refused"}`;
  }

  eachSeed(
    `F20, the longest names, alike but for one place: stored, each under a name of its own ${ALL}`,
    async ({ random }) => {
      const ir = compiled(longNames(random));
      const objects = [...istioObjects(ir).map(({ object }) => object), ...ir.gateways.map(proxyService)];
      const homes = [...new Set(objects.map(({ metadata }) => metadata.namespace ?? ""))];
      const stored = await applyAll(kubernetes.api, [...homes.map(namespace), ...objects]);
      assert.equal(new Set(stored.map(uidOf)).size, homes.length + objects.length);
      const longest = Math.max(...objects.map(({ metadata }) => metadata.name.length));
      assert.ok(longest > 240, String(longest));
      return `${objects.length} objects`;
    },
  );
});

// --- what is asked of the server -----------------------------------------------------------------------------------

function compiled(mesh: object): MeshIr {
  const { ir, diagnostics } = compile(mesh);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  assert.ok(ir !== undefined && errors.length === 0, JSON.stringify(errors[0]));
  return ir;
}

interface Http {
  readonly http: readonly { readonly name: string }[];
}

/** Every route of the mesh stands in the object of its service, in deciding order; some as several entries. */
function assertAllThere(mesh: ManyRoutes, { services }: MeshIr, objects: readonly MeshObject[]): number {
  const tables = new Map(
    objects.flatMap(({ object: { kind, metadata, spec } }) =>
      kind === "VirtualService"
        ? [[metadata.name, (spec as unknown as Http).http.map(({ name }) => name)] as const]
        : [],
    ),
  );
  let count = 0;
  for (const { key, name, routes } of services) {
    const inOrder = routes.flatMap((table) => table.routes.map((route) => route.name));
    const written = Object.keys(mesh.routes[key] ?? {});
    assert.deepEqual(new Set(inOrder), new Set([...written, "otherwise"]));
    assert.deepEqual(
      (tables.get(name) ?? []).filter((one, index, all) => one !== all[index - 1]),
      inOrder,
      key,
    );
    count += written.length;
  }
  return count;
}

/** What was stored under the name of another would have the other's. */
const uidOf = ({ metadata }: KubernetesObject): string => (metadata as unknown as { readonly uid: string }).uid;

/** The Service before a gateway's proxies, as its chart is told to make it. */
function proxyService(gateway: GatewayIr): KubernetesObject {
  const { name, namespace: home } = gateway;
  const settings = { serviceType: "ClusterIP", replicas: 1, revision: "stable", pullPolicy: "Always" } as const;
  const { service } = gatewayChart(gateway, {}, settings).values as { readonly service: { readonly ports: Json } };
  return { apiVersion: "v1", kind: "Service", metadata: { name, namespace: home }, spec: { ports: service.ports } };
}

type Rendered = readonly [MeshIr, readonly MeshObject[]];

/** One host with so many routes. */
function gatewayWith(count: number): Rendered {
  const ir = compiled({
    name: "big",
    targets: ["istio"],
    services: { web: { ports: { http: http(80) } } },
    gateways: {
      edge: {
        listeners: { plain: listen.http(80, { hosts: ["big.example.com"] }) },
        routes: routesTo(count),
      },
    },
  });
  return [ir, istioObjects(ir)];
}

const routesTo = (count: number): object =>
  Object.fromEntries(
    Array.from({ length: count }, (_, number) => [
      `route-${number}`,
      { when: path(`/part/${number}`).andBelow(), to: "web" },
    ]),
  );

const bytesOf = (object: KubernetesObject): number => Buffer.byteLength(JSON.stringify(object));
const largestFirst = (objects: readonly MeshObject[]): readonly MeshObject[] =>
  objects.toSorted((a, b) => bytesOf(b.object) - bytesOf(a.object));
const largestOf = ([, objects]: Rendered): KubernetesObject => (largestFirst(objects)[0] as MeshObject).object;
