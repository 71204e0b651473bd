/** Routes that lead where none led before wait until proxies know those ends; nothing else does, and no preview. */
import assert from "node:assert/strict";
import { defineMesh, http } from "../../../components/index.ts";
import {
  askIstiod,
  existing,
  MeshPlatform,
  type RenderedMesh,
  renderMesh,
  type Settle,
  type Settling,
} from "../../../components/platform/index.ts";
import { deploy, named } from "./mock-engine.ts";

const shop = (versions: readonly ["v1" | "v2"], before?: RenderedMesh): RenderedMesh => {
  const mesh = defineMesh({
    name: "shop",
    targets: ["istio"],
    services: {
      web: { ports: { http: http(80) }, calls: ["cart"] },
      cart: { ports: { http: http(7070) }, versions },
    },
    routes: { cart: { default: { to: { [versions[0]]: 1 } } } },
  });
  return renderMesh(mesh, { environment: "default", deployed: before?.objects.map(({ object }) => object) });
};

const platform = (mesh: RenderedMesh, settle: Settle, preview = false) =>
  deploy(
    (provider) => {
      const controlPlane = existing({ revision: "stable", version: "1.31.4", rootNamespace: "istio-system" });
      return new MeshPlatform("shop", { mesh, controlPlane, settle }, { provider });
    },
    { preview },
  );

const counted = () => {
  const calls: { count: number; last?: Settling } = { count: 0 };
  const settle: Settle = (settling) => {
    calls.count++;
    calls.last = settling;
    return Promise.resolve({ kind: "acknowledged", proxies: 1 });
  };
  return { calls, settle };
};

const ROUTE = "shop/shop/cart/VirtualService";

describe("routes that move", function () {
  this.timeout(10_000);

  it("wait for everything that proxies must know, and for the proxies", async () => {
    const { calls, settle } = counted();
    const { resources } = await platform(shop(["v2"], shop(["v1"])), settle);
    const { dependsOn } = named(resources, ROUTE);
    for (const one of ["security.istio.io/v1:AuthorizationPolicy", "networking.istio.io/v1:Sidecar"])
      assert.ok(
        dependsOn.some((name) => name.startsWith(`kubernetes:${one} `)),
        one,
      );
    assert.equal(calls.count, 1);
  });

  it("are asked about with all that proxies must know: every object of Istio that is there, as it is stored", async () => {
    const { calls, settle } = counted();
    const mesh = shop(["v2"], shop(["v1"]));
    await platform(mesh, settle);
    const { stored = [], routes = [] } = calls.last ?? {};
    const named = (one: { readonly kind: string; readonly namespace?: string; readonly name: string }) =>
      `${one.kind} ${one.namespace}/${one.name}`;
    assert.deepEqual(
      routes.map(({ kind, metadata }) => named({ kind, ...metadata })),
      ["VirtualService shop/cart"],
    );
    // In the order in which components make them; what is made after routes tells nobody where they lead.
    const expected = mesh.objects.filter(
      ({ object }) =>
        object.apiVersion.includes(".istio.io/") && !["VirtualService", "Telemetry"].includes(object.kind),
    );
    assert.deepEqual(
      stored.map(named).sort(),
      expected.map(({ object: { kind, metadata } }) => named({ kind, ...metadata })).sort(),
    );
  });

  it("wait for nobody at the first deployment, where nothing moves, and in a preview", async () => {
    const { calls, settle } = counted();
    await platform(shop(["v1"]), settle);
    await platform(shop(["v1"], shop(["v1"])), settle);
    const { resources } = await platform(shop(["v2"], shop(["v1"])), settle, true);
    assert.ok(named(resources, ROUTE).dependsOn.length > 0);
    assert.equal(calls.count, 0);
  });

  it("follow where the control plane cannot be asked", async () => {
    const { resources } = await platform(shop(["v2"], shop(["v1"])), () => Promise.reject(new Error("no rights")));
    assert.ok(named(resources, ROUTE).dependsOn.length > 0);
  });

  it("are not verified where nobody tells what is stored, or which cluster is meant", async () => {
    const stored = [{ kind: "Sidecar", namespace: "shop", name: "web", uid: "", generation: 1 }];
    const ask = askIstiod({ kubeconfig: "no kubeconfig\n", context: "none" });
    assert.deepEqual(await ask({ stored, routes: [] }), {
      kind: "not-verified",
      why: "Pulumi's provider does not tell what the cluster has stored",
    });
    const answer = await ask({ stored: stored.map((one) => ({ ...one, uid: "a" })), routes: [] });
    assert.match(answer.kind === "not-verified" ? answer.why : "verified", /kubeconfig/);
  });
});
