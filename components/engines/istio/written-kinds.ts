/**
 * What deploying writes, as the API server names it: rights are asked by group and resource. Kept by hand, because what a chart holds is
 * known only when it is rendered; test/cluster compares.
 *
 * @source istio 1.31 manifests/charts (templates of base, istio-cni, istio-discovery, gateway), read 2026-11
 */
import { apiVersions, type IstioKind, kindOrder } from "./order.ts";

export interface WrittenKind {
  readonly kind: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly resource: string;
}

const kinds = (group: string, resources: Readonly<Record<string, string>>): readonly WrittenKind[] =>
  Object.entries(resources).map(([kind, resource]) => ({ kind, group, resource }));

const plurals: { readonly [K in IstioKind]: string } = {
  PeerAuthentication: "peerauthentications",
  AuthorizationPolicy: "authorizationpolicies",
  ServiceEntry: "serviceentries",
  DestinationRule: "destinationrules",
  Gateway: "gateways",
  VirtualService: "virtualservices",
  Sidecar: "sidecars",
  Telemetry: "telemetries",
};

const groupOf = (apiVersion: string): string => apiVersion.slice(0, apiVersion.indexOf("/"));

const meshKind = (kind: IstioKind): WrittenKind => ({
  kind,
  group: groupOf(apiVersions[kind]),
  resource: plurals[kind],
});

/** The kinds of a mesh's own objects. */
export const meshKinds: readonly WrittenKind[] = kindOrder.map(meshKind);

const KEPT = ["VirtualService", "DestinationRule", "Sidecar", "AuthorizationPolicy", "PeerAuthentication"] as const;

/**
 * What the next deployment must know of the one before it, with the path of each kind in the API: where routes lead, what they need there,
 * who is admitted, and of which services there is more than that.
 */
export const keptKinds: readonly (WrittenKind & { readonly path: string })[] = KEPT.map((kind) => ({
  ...meshKind(kind),
  path: `/apis/${apiVersions[kind]}/${plurals[kind]}`,
}));

/** What the charts `base`, `cni` and `istiod` hold that belongs to no namespace. */
export const controlPlaneClusterKinds: readonly WrittenKind[] = [
  ...kinds("apiextensions.k8s.io", { CustomResourceDefinition: "customresourcedefinitions" }),
  ...kinds("rbac.authorization.k8s.io", { ClusterRole: "clusterroles", ClusterRoleBinding: "clusterrolebindings" }),
  ...kinds("admissionregistration.k8s.io", {
    MutatingWebhookConfiguration: "mutatingwebhookconfigurations",
    ValidatingWebhookConfiguration: "validatingwebhookconfigurations",
    ValidatingAdmissionPolicy: "validatingadmissionpolicies",
    ValidatingAdmissionPolicyBinding: "validatingadmissionpolicybindings",
  }),
];

const workloadKinds: readonly WrittenKind[] = [
  ...kinds("", { Service: "services", ServiceAccount: "serviceaccounts" }),
  ...kinds("apps", { Deployment: "deployments" }),
  ...kinds("autoscaling", { HorizontalPodAutoscaler: "horizontalpodautoscalers" }),
  ...kinds("networking.k8s.io", { NetworkPolicy: "networkpolicies" }),
  ...kinds("policy", { PodDisruptionBudget: "poddisruptionbudgets" }),
  ...kinds("rbac.authorization.k8s.io", { Role: "roles", RoleBinding: "rolebindings" }),
];

/** What they hold in the namespace of the control plane. */
export const controlPlaneKinds: readonly WrittenKind[] = [
  ...workloadKinds,
  ...kinds("", { ConfigMap: "configmaps" }),
  ...kinds("apps", { DaemonSet: "daemonsets" }),
];

/** What the chart `gateway` holds. */
export const gatewayKinds = workloadKinds;

export const namespaceKind: WrittenKind = { kind: "Namespace", group: "", resource: "namespaces" };
export const secretKind: WrittenKind = { kind: "Secret", group: "", resource: "secrets" };
export const certificateKind: WrittenKind = { kind: "Certificate", group: "cert-manager.io", resource: "certificates" };
