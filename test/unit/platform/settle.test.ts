/** Routes that lead where none led before wait until proxies know those ends; nothing else does, and no preview. */
import assert from "node:assert/strict";
import { defineMesh, http } from "../../../components/index.ts";
import {
  existing,
  MeshPlatform,
  type RenderedMesh,
  renderMesh,
  type Settle,
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
  const calls = { count: 0 };
  const settle: Settle = () => {
    calls.count++;
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
});
