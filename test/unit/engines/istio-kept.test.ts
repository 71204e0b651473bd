/** Make before break on Istio: what a deployed route leads to stays for one deployment more, and then goes. */
import assert from "node:assert/strict";
import { keepReached } from "../../../components/engines/istio/kept/kept.ts";
import type { KubernetesObject, MeshObject } from "../../../components/engines/kubernetes.ts";
import { compile, defineMesh, http, listen, toService } from "../../../components/index.ts";
import { istioObjects } from "../../../components/passes/render.ts";

type Versions = readonly [string, ...string[]];

/** Reviews with these versions, and a route that leads to `to`. */
const shop = (
  versions: Versions,
  to: unknown,
  { door = false, calls = ["reviews"] }: { readonly door?: boolean; readonly calls?: readonly string[] } = {},
): readonly MeshObject[] => {
  const mesh = defineMesh({
    name: "shop",
    targets: ["istio"],
    services: {
      web: { ports: { http: http(80) }, calls },
      reviews: { ports: { http: http(9080) }, versions },
      old: { ports: { http: http(9080) } },
      next: { ports: { http: http(9080) } },
    },
    routes: { reviews: { default: { to } } },
    ...(door
      ? {
          gateways: {
            front: {
              namespace: "edge",
              listeners: { web: listen.http(8080, { hosts: ["shop.example.com"] }) },
              routes: { page: { to: toService("reviews", { [versions[0]]: 1 }) } },
            },
          },
        }
      : {}),
  } as never);
  const { ir, diagnostics } = compile(mesh.at("default"));
  assert.ok(ir !== undefined, JSON.stringify(diagnostics));
  return istioObjects(ir);
};

const plain = (objects: readonly MeshObject[]): readonly KubernetesObject[] => objects.map(({ object }) => object);
const spec = (objects: readonly MeshObject[], kind: string, name: string): Readonly<Record<string, unknown>> => {
  const found = objects.find(({ object }) => object.kind === kind && object.metadata.name === name);
  assert.ok(found !== undefined, `${kind} ${name}`);
  return found.object.spec as Readonly<Record<string, unknown>>;
};
const subsets = (objects: readonly MeshObject[]): readonly string[] =>
  (spec(objects, "DestinationRule", "reviews").subsets as readonly { readonly name: string }[]).map(({ name }) => name);

/** One deployment after another, each on what the one before left. */
function deployments(...meshes: readonly (readonly MeshObject[])[]) {
  let deployed: readonly KubernetesObject[] = [];
  return meshes.map((objects) => {
    const kept = keepReached(objects, deployed);
    deployed = plain(kept.objects);
    return { objects: kept.objects, removals: kept.removals.map(({ what }) => what) };
  });
}

describe("what stays for one deployment more on Istio", () => {
  const first = shop(["v1"], "v1");
  const second = shop(["v2"], "v2");

  it("nothing, at the first deployment and where nothing moves", () => {
    for (const { objects, removals } of deployments(second, second)) {
      assert.deepEqual(objects, second);
      assert.deepEqual(removals, []);
    }
  });

  it("a version that a deployed route leads to", () => {
    const [, swapped, then, last] = deployments(first, second, second, second);
    assert.deepEqual(subsets(swapped?.objects ?? []), ["v2", "v1"]);
    assert.deepEqual(swapped?.removals, ["subset v1 of reviews.shop.svc.cluster.local"]);
    assert.deepEqual(then, { objects: second, removals: [] });
    assert.deepEqual(last, then);
  });

  it("a version whose route came back, without an end", () => {
    const [, , back, then] = deployments(first, second, first, first);
    assert.deepEqual(subsets(back?.objects ?? []), ["v1", "v2"]);
    assert.deepEqual(then?.objects, first);
  });

  it("not a version that no deployed route led to", () => {
    const [, swapped] = deployments(shop(["v1", "v2"], "v2"), second);
    assert.deepEqual(swapped, { objects: second, removals: [] });
  });

  it("a service that a deployed route led to: in the scope of its callers, who are still admitted", () => {
    const last = shop(["v1"], toService("next"));
    const [, moved, then] = deployments(shop(["v1"], toService("old")), last, last);
    assert.deepEqual(spec(moved?.objects ?? [], "Sidecar", "web").egress, [
      {
        hosts: [
          "shop/next.shop.svc.cluster.local",
          "shop/old.shop.svc.cluster.local",
          "shop/reviews.shop.svc.cluster.local",
        ],
      },
    ]);
    assert.deepEqual(spec(moved?.objects ?? [], "AuthorizationPolicy", "old").rules, [
      { from: [{ source: { principals: ["shop.mesh/ns/shop/sa/web"] } }], to: [{ operation: { ports: ["9080"] } }] },
    ]);
    assert.deepEqual(moved?.removals, [
      "next.shop.svc.cluster.local in the scope of web",
      "old.shop.svc.cluster.local in the scope of web",
      "shop.mesh/ns/shop/sa/web admitted by old.shop.svc.cluster.local",
    ]);
    assert.deepEqual(then, { objects: last, removals: [] });
  });

  it("not the admission of a caller that no longer calls", () => {
    const called = (calls: readonly string[]) => shop(["v1"], "v1", { calls });
    const [, then] = deployments(called(["reviews", "old"]), called(["reviews"]));
    assert.equal(spec(then?.objects ?? [], "AuthorizationPolicy", "old").rules, undefined);
  });

  it("makes routes wait that lead where none led before, and no others", () => {
    const waiting = (kept: { readonly objects: readonly MeshObject[] } | undefined) =>
      kept?.objects.filter(({ settled }) => settled).map(({ id }) => id);
    const [created, swapped, then] = deployments(first, second, second);
    assert.deepEqual([waiting(created), waiting(swapped), waiting(then)], [[], ["shop/reviews/VirtualService"], []]);
  });

  it("the rule of a service that has left, for the gateway that led there, with who sees it", () => {
    const before = shop(["v1"], "v1", { door: true });
    const [, closed, then] = deployments(before, first, first);
    assert.deepEqual(spec(closed?.objects ?? [], "DestinationRule", "reviews").exportTo, [".", "edge"]);
    assert.deepEqual(then?.objects, first);
    const gone = before.filter(({ object }) => object.metadata.name !== "reviews" && object.kind !== "VirtualService");
    const [, left, last] = deployments(before, gone, gone);
    assert.deepEqual(subsets(left?.objects ?? []), ["v1"]);
    assert.deepEqual(last?.objects, gone);
  });

  it("who may call a service that has left, since its pods may still run; not a rule that was taken away", () => {
    const isOld = ({ object }: MeshObject) => object.metadata.name === "old";
    const without = first.filter((one) => !isOld(one));
    const [, left, then, last] = deployments(first, without, without, without);
    const kept = left?.objects.filter(isOld).map(({ id }) => id);
    assert.deepEqual(kept, ["shop/old/PeerAuthentication", "shop/old/AuthorizationPolicy"]);
    assert.deepEqual(
      left?.objects.find(({ id }) => id === "shop/old/AuthorizationPolicy"),
      { ...first.find(({ id }) => id === "shop/old/AuthorizationPolicy"), after: [] },
    );
    assert.deepEqual(left?.removals, ["who may call old.shop.svc.cluster.local, whose pods may still run"]);
    assert.deepEqual(then, { objects: without, removals: [] });
    assert.deepEqual(last, then);
    const open = first.filter(({ id }) => id !== "shop/old/AuthorizationPolicy");
    assert.deepEqual(deployments(first, open)[1], { objects: open, removals: [] });
  });

  it("of a service that has left an audited namespace, what refuses nobody still refuses nobody", () => {
    const mesh = (services: object) => {
      const http = { kind: "http", number: 80 };
      const spec = { name: "shop", targets: ["istio"], namespaces: { shop: { enforcement: "audit" } } };
      const { ir } = compile({ ...spec, services: { web: { ports: { http } }, ...services } });
      assert.ok(ir !== undefined);
      return istioObjects(ir);
    };
    const before = mesh({ old: { ports: { http: { kind: "http", number: 80 } } } });
    const [, left] = deployments(before, mesh({}));
    const policy = left?.objects.find(({ id }) => id === "shop/old/AuthorizationPolicy");
    assert.deepEqual(policy?.object.metadata.annotations, { "istio.io/dry-run": "true" });
  });

  it("as it was rendered, whatever the cluster wrote into it", () => {
    const written = plain(first).map((one) => ({
      ...one,
      metadata: { ...one.metadata, uid: "1", resourceVersion: "2", managedFields: [] },
      status: { conditions: [] },
    })) as unknown as readonly KubernetesObject[];
    const gone = first.filter(({ object }) => object.kind !== "DestinationRule" && object.kind !== "VirtualService");
    const kept = keepReached(gone, written).objects.find(({ object }) => object.kind === "DestinationRule");
    assert.deepEqual(kept?.object, first.find(({ object }) => object.kind === "DestinationRule")?.object);
  });
});
