/** The objects of Istio that a case is about, as YAML that a reviewer can read: the kinds in which its capability shows. */

import { formatObjects } from "../../cli/object-files.ts";
import type { IstioKind } from "../../components/engines/istio/order.ts";
import { kindOrder } from "../../components/engines/istio/order.ts";
import type { MeshObject } from "../../components/engines/kubernetes.ts";

const KINDS: Readonly<Record<string, readonly IstioKind[]>> = {
  access: ["AuthorizationPolicy"],
  "access-logs": ["Telemetry"],
  "external-services": ["ServiceEntry", "DestinationRule", "VirtualService", "Sidecar"],
  gateways: ["DestinationRule", "Gateway", "VirtualService"],
  mtls: ["PeerAuthentication", "AuthorizationPolicy", "DestinationRule"],
  "request-metrics": ["Telemetry"],
  services: kindOrder,
  "traffic-split": ["DestinationRule", "VirtualService"],
};
/** What a route does. */
const OF_ROUTES: readonly IstioKind[] = ["VirtualService"];

export function shownObjects(capability: string, objects: readonly MeshObject[]): string {
  const kinds: readonly string[] = KINDS[capability] ?? OF_ROUTES;
  const shown = objects.filter(({ object }) => kinds.includes(object.kind));
  if (shown.length === 0) throw new Error(`none of ${objects.length} objects is a ${kinds.join(" or ")}`);
  return shown.map(document).join("---\n");
}

const document = ({ id, owner, after, object }: MeshObject): string =>
  [
    `# ${id}${owner === undefined ? "" : `, of ${owner}`}`,
    ...after.map((one) => `# after ${one}`),
    formatObjects([object]),
  ].join("\n");
