/** The Online Boutique as components take it. */
import { compile, type MeshIr } from "meshwright";
import type { VerifiedCharts } from "../../../components/charts/verified-charts.ts";
import type { MeshObject } from "../../../components/engines/kubernetes.ts";
import type { RenderedMesh } from "../../../components/platform/rendered-mesh.ts";
import mesh from "../../../stacks/meshes/online-boutique.ts";

/** Objects of every kind, tied together as real ones are; what stands in them is the renderer's business, not the components'. */
export function standInObjects(ir: MeshIr): readonly MeshObject[] {
  const make = (
    kind: string,
    group: string,
    namespace: string,
    name: string,
    after: readonly string[] = [],
    spec = {},
  ) => ({
    id: `${namespace}/${name}/${kind}`,
    after,
    object: { apiVersion: `${group}.istio.io/v1`, kind, metadata: { name, namespace }, spec },
  });
  return [
    ...ir.services.flatMap(({ namespace, name }) => [
      make("PeerAuthentication", "security", namespace, name),
      make("AuthorizationPolicy", "security", namespace, name),
      make("DestinationRule", "networking", namespace, name),
      make("Sidecar", "networking", namespace, name),
      make("Telemetry", "telemetry", namespace, name),
    ]),
    // Before what they come after, so that somebody must put them in order.
    ...ir.services.map(({ namespace, name }) =>
      make("VirtualService", "networking", namespace, name, [`${namespace}/${name}/DestinationRule`]),
    ),
    ...ir.gateways.flatMap(({ namespace, name }) => [
      make("VirtualService", "networking", namespace, `${name}.host`, [`${namespace}/${name}/Gateway`]),
      make("Gateway", "networking", namespace, name, [], { selector: { istio: name } }),
    ]),
  ];
}

export function boutique(environment = "prod"): RenderedMesh {
  const { ir } = compile(mesh.at(environment), { environment });
  if (ir === undefined) throw new Error("the boutique does not compile");
  return { ir, objects: standInObjects(ir) };
}

/** Mocks render no chart, so nothing needs to be there. */
export const charts: VerifiedCharts = {
  release: "2026.11",
  paths: { base: "./base", cni: "./cni", istiod: "./istiod", gateway: "./gateway" },
  images: {},
};
