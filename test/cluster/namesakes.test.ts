/**
 * Two gateways of one name, one for everybody and one for inside: proxies of a real istiod, told what our installation tells it, listen to
 * what their own namespace's says and to nothing of the other.
 */
import assert from "node:assert/strict";
import { defineMesh, http, listen } from "../../components/index.ts";
import { istioObjects } from "../../components/passes/render.ts";
import { compiled } from "../../components/testing/test-mesh.ts";
import { ISTIO_PARTS, IstioCluster, type IstioMesh } from "./istio-mesh.ts";
import { describeWith } from "./with-parts.ts";

const LISTENERS = {
  inner: { host: "admin.example.com", port: 8_081 },
  outer: { host: "shop.example.com", port: 8_080 },
} as const;

/** From here on the agent's own: health, statistics. */
const AGENT_PORTS = 15_000;

const gateway = (namespace: keyof typeof LISTENERS) => ({
  namespace,
  name: "edge",
  listeners: { web: listen.http(LISTENERS[namespace].port, { hosts: [LISTENERS[namespace].host] }) },
  routes: { all: { to: "web" } as const },
});

const ir = compiled(
  defineMesh({
    name: "shop",
    targets: ["istio"],
    services: { web: { ports: { http: http(9_080) } } },
    gateways: { inner: gateway("inner"), outer: gateway("outer") },
  }),
  { environment: "default" },
);

describeWith("cluster: gateways of one name in two namespaces", ISTIO_PARTS, (parts) => {
  let cluster: IstioCluster;
  let mesh: IstioMesh;

  before(async function () {
    this.timeout(180_000);
    cluster = await IstioCluster.start(parts(), ir.trustDomain);
    mesh = await cluster.run(ir, istioObjects(ir), { stranger: false });
  });

  after(() => cluster?.stop());

  for (const [namespace, { host, port }] of Object.entries(LISTENERS))
    it(`the ${namespace} one listens on port ${port} alone`, async () => {
      const sidecar = mesh.sidecars.find(({ pod }) => pod.namespace === namespace);
      assert.ok(sidecar !== undefined);
      const seen = await mesh.ask({ name: host, from: "outside", url: `http://${host}/`, expect: { status: 200 } });
      assert.equal(seen.status, 200);
      const open = [...(await sidecar.admin("/listeners")).matchAll(/:(\d+)$/gm)].map(([, number]) => Number(number));
      assert.deepEqual(
        open.filter((number) => number < AGENT_PORTS),
        [port],
      );
    });
});
