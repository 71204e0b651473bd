/**
 * Does Istio keep the gateways of a mesh apart, from each other and from what others have there? A Gateway selects proxies by their labels:
 * in its own namespace where istiod is told so, as ours is, else in all of them.
 *
 * @source istio 1.31 pilot/pkg/model/push_context.go and gateway.go (mergeGateways), read 2026-11
 */
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import { gatewayLabels } from "../engines/istio/gateways.ts";
import { belongsTo } from "../engines/istio/ownership.ts";
import { hasLabels, type Labels } from "../engines/istio/workloads.ts";
import type { GatewayIr, MeshIr } from "../ir/mesh-ir.ts";
import { byText } from "../values/order.ts";
import { CONTROL_PLANES, injectorOf } from "./check-control-plane.ts";
import { nameOf } from "./check-objects.ts";
import { titleOf } from "./check-workloads.ts";
import { gatewayNamesakes, gatewayShared } from "./codes.ts";
import type { Deployment } from "./deployment.ts";
import type { ClusterSnapshot, SeenObject } from "./snapshot.ts";

export function checkGateways(snapshot: ClusterSnapshot, deployment: Deployment): readonly Diagnostic[] {
  const { mesh } = deployment;
  // Of a control plane that could not be read nothing is claimed.
  const scoped = snapshot.unread.includes(CONTROL_PLANES) || isScoped(snapshot, deployment);
  return [
    ...(scoped ? [] : checkNamesakes(mesh)),
    ...mesh.gateways.flatMap((gateway) => checkShared(gateway, scoped, snapshot, mesh)),
  ];
}

/** Is a Gateway for proxies of its own namespace alone? */
function isScoped({ controlPlanes, injectors }: ClusterSnapshot, { settings: { controlPlane } }: Deployment): boolean {
  if (controlPlane.kind === "install") return true;
  const injector = injectorOf(injectors, controlPlane);
  return controlPlanes.some(({ revision, scopesGateways }) => revision === injector?.revision && scopesGateways);
}

const checkNamesakes = ({ gateways }: MeshIr): readonly Diagnostic[] =>
  [...Map.groupBy(gateways, ({ name }) => name).values()].flatMap((namesakes) => {
    const [first, ...others] = namesakes;
    if (first === undefined || others.length === 0) return [];
    const args = { gateways: namesakes.map(placeOf), label: labelOf(first) };
    return [diagnose(gatewayNamesakes, args, { path: first.path, got: first.name })];
  });

function checkShared(
  gateway: GatewayIr,
  scoped: boolean,
  { objects, gatewayProxies }: ClusterSnapshot,
  mesh: MeshIr,
): readonly Diagnostic[] {
  const isNear = ({ namespace }: { readonly namespace: string }) => !scoped || namespace === gateway.namespace;
  const rules = objects.filter((one) => isNear(one) && isForeignGateway(one, mesh) && selects(one, gateway));
  const isOwn = ({ namespace, labels }: { readonly namespace: string; readonly labels: Labels }) =>
    mesh.gateways.some((one) => one.namespace === namespace && hasLabels(gatewayLabels(one), labels));
  const proxies = gatewayProxies.filter(
    (one) => isNear(one) && !isOwn(one) && hasLabels(gatewayLabels(gateway), one.labels),
  );
  const others = [...rules.map(nameOf), ...proxies.map((one) => `${titleOf(one)} of ${one.namespace}`)];
  if (others.length === 0) return [];
  const args = { gateway: placeOf(gateway), label: labelOf(gateway), others: others.sort(byText) };
  return [diagnose(gatewayShared, args, { path: gateway.path })];
}

/** One that has the very name of ours is refused for that. */
const isForeignGateway = ({ kind, namespace, name, labels }: SeenObject, mesh: MeshIr): boolean =>
  kind === "Gateway" &&
  !belongsTo(mesh.name, labels) &&
  !mesh.gateways.some((own) => own.namespace === namespace && own.name === name);

/** The chart gives proxies the label `app`, too. A Gateway without a selector is for all proxies. */
const selects = ({ selector = {} }: SeenObject, gateway: GatewayIr): boolean =>
  hasLabels(selector, { ...gatewayLabels(gateway), app: gateway.name });

const placeOf = ({ namespace, name }: GatewayIr): string => `${namespace}/${name}`;

const labelOf = (gateway: GatewayIr): string =>
  Object.entries(gatewayLabels(gateway))
    .map((entry) => entry.join("="))
    .join(",");
