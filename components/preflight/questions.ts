/** What must be known of a cluster before a deployment: derived from what is about to be written, so that nothing more is read. */
import { followersOf } from "../engines/istio/objects.ts";
import {
  certificateKind,
  controlPlaneClusterKinds,
  controlPlaneKinds,
  gatewayKinds,
  keptKinds,
  meshKinds,
  namespaceKind,
  secretKind,
  type WrittenKind,
} from "../engines/istio/written-kinds.ts";
import type { GatewayIr } from "../ir/mesh-ir.ts";
import { namespaceOwners } from "../ir/owners.ts";
import { distinct } from "../values/order.ts";
import type { Deployment } from "./deployment.ts";
import type { Right } from "./snapshot.ts";

export interface Questions {
  /** Of services and gateways. */
  readonly namespaces: readonly string[];
  /** What lies in it holds for the whole mesh. */
  readonly rootNamespace: string;
  readonly rights: readonly Right[];
  /** As `namespace/name`. */
  readonly secrets: readonly string[];
  /** Of somebody else's control plane, whose settings decide; absent where it is ours. */
  readonly revision: string | undefined;
  /** Those whose proxies may be anywhere: a control plane of ours looks in a gateway's own namespace alone. */
  readonly gateways: readonly GatewayIr[];
}

export function questionsOf(deployment: Deployment): Questions {
  const { controlPlane } = deployment.settings;
  return {
    namespaces: namespacesOf(deployment),
    rootNamespace: rootNamespaceOf(deployment),
    rights: rightsFor(deployment),
    secrets: secretsOf(deployment),
    revision: controlPlane.kind === "existing" ? controlPlane.revision : undefined,
    gateways: controlPlane.kind === "existing" ? deployment.mesh.gateways : [],
  };
}

export const namespacesOf = ({ mesh }: Deployment): readonly string[] =>
  distinct([...mesh.services, ...mesh.gateways].map(({ namespace }) => namespace));

/** Of these, what the stack makes or labels: those of its owner, where it has one. */
export function ownNamespacesOf(deployment: Deployment): readonly string[] {
  const { owner } = deployment.settings;
  if (owner === undefined) return namespacesOf(deployment);
  return [...namespaceOwners(deployment.mesh)].filter(([, one]) => one === owner).map(([namespace]) => namespace);
}

export const rootNamespaceOf = ({ settings: { controlPlane } }: Deployment): string =>
  controlPlane.kind === "existing" ? controlPlane.rootNamespace : controlPlane.namespace;

/** Whose absence istiod would only notice when it runs. */
export function secretsOf({ settings: { controlPlane, certificateAuthority: authority } }: Deployment): string[] {
  const asked = controlPlane.kind === "install" && authority.kind === "existing-root";
  return asked ? [`${authority.namespace}/${authority.name}`] : [];
}

// --- rights --------------------------------------------------------------------------------------------------------

/** What Pulumi does with an object over its life. */
const WRITING = ["get", "create", "patch", "delete"] as const;

/** Each once, in the order in which they are needed. */
function rightsFor(deployment: Deployment): readonly Right[] {
  const { controlPlane } = deployment.settings;
  return [
    ...(controlPlane.kind === "install" ? controlPlaneRights(deployment, controlPlane.namespace) : []),
    ...namespaceRights(deployment),
    ...meshRights(deployment),
    ...(controlPlane.kind === "install" ? gatewayRights(deployment) : []),
    ...askingRights(deployment),
    ...readingRights(),
  ];
}

const write = (kinds: readonly WrittenKind[], namespace?: string): readonly Right[] =>
  kinds.flatMap(({ group, resource }) => WRITING.map((verb) => ({ verb, group, resource, namespace })));

function controlPlaneRights({ settings }: Deployment, namespace: string): readonly Right[] {
  const { certificateAuthority: authority } = settings;
  return [
    ...write([namespaceKind, ...controlPlaneClusterKinds]),
    ...write([...controlPlaneKinds, authority.kind === "cert-manager" ? certificateKind : secretKind], namespace),
    ...(authority.kind === "existing-root"
      ? [{ verb: "get", group: "", resource: secretKind.resource, namespace: authority.namespace }]
      : []),
  ];
}

/** Whoever only labels namespaces needs no right to make or delete them. */
function namespaceRights(deployment: Deployment): readonly Right[] {
  const { settings } = deployment;
  if (ownNamespacesOf(deployment).length === 0) return [];
  const { group, resource } = namespaceKind;
  if (settings.namespaces === "label") return ["get", "patch"].map((verb) => ({ verb, group, resource }));
  return settings.controlPlane.kind === "install" ? [] : write([namespaceKind]);
}

/** Kinds and namespaces as the objects have them. */
function meshRights({ objects }: Deployment): readonly Right[] {
  const written = new Set(objects.map(({ object }) => `${object.kind} ${object.metadata.namespace}`));
  const namespaces = distinct(objects.map(({ object }) => object.metadata.namespace ?? ""));
  return namespaces.flatMap((namespace) =>
    write(
      meshKinds.filter(({ kind }) => written.has(`${kind} ${namespace}`)),
      namespace,
    ),
  );
}

function gatewayRights({ mesh, settings: { owner } }: Deployment): readonly Right[] {
  const own = mesh.gateways.filter((gateway) => owner === undefined || gateway.owner === owner);
  return distinct(own.map(({ namespace }) => namespace)).flatMap((namespace) => write(gatewayKinds, namespace));
}

/** To ask istiod what proxies have acknowledged (components/cluster/istiods.ts), and which proxies there are. */
function askingRights(deployment: Deployment): readonly Right[] {
  const root = rootNamespaceOf(deployment);
  return [
    { verb: "list", resource: "pods", namespace: root },
    { verb: "get", resource: "pods/portforward", namespace: root },
    // Since Kubernetes 1.35 a WebSocket needs both.
    { verb: "create", resource: "pods/portforward", namespace: root },
    ...proxyNamespaces(deployment)
      .filter((namespace) => namespace !== root)
      .map((namespace) => ({ verb: "list", resource: "pods", namespace })),
  ].map((right) => ({ ...right, group: "", optional: true }));
}

/** Whose proxies are asked after: where objects lie, and whoever follows a route. */
const proxyNamespaces = ({ objects }: Deployment): readonly string[] =>
  distinct(
    objects.flatMap(({ object }) => [
      object.metadata.namespace ?? "",
      ...(object.kind === "VirtualService" ? followersOf(object) : []),
    ]),
  );

/** To know what routes that are deployed lead to (components/cluster/deployed-objects.ts): of all namespaces, for services leave some. */
const readingRights = (): readonly Right[] =>
  keptKinds.map(({ group, resource }) => ({ verb: "list", group, resource, optional: true }));
