/**
 * What a preflight knows of a cluster: facts as plain data, and nothing that could be a secret. Taken from a cluster (components/cluster)
 * or read from a file; never written back.
 */
import type { Labels } from "../engines/istio/workloads.ts";

export interface ClusterSnapshot {
  readonly schema: 1;
  /** Of the namespace kube-system: no two clusters have the same. Absent where it may not be read. */
  readonly uid?: string | undefined;
  /** The version of its API server. */
  readonly kubernetes: string;
  /** What it serves of the groups that are asked about, as `networking.istio.io/v1 VirtualService`. */
  readonly kinds: readonly string[];
  /** The bundle version of the Gateway API's CRDs; absent where there are none. */
  readonly gatewayApi?: string | undefined;
  readonly rights: SeenRights;
  /** Those of the mesh that are there. */
  readonly namespaces: readonly SeenNamespace[];
  /** Names as `namespace/name`, of those that were asked about; nothing of what is in them. */
  readonly secrets: readonly string[];
  readonly controlPlanes: readonly SeenControlPlane[];
  readonly injectors: readonly SeenInjector[];
  /**
   * Objects of Istio: rules of the whole cluster, and Gateways where the control plane is somebody else's; everything else of the mesh's
   * namespaces and the root namespace.
   */
  readonly objects: readonly SeenObject[];
  /** Of the mesh's namespaces. */
  readonly services: readonly SeenService[];
  /** Of the mesh's namespaces. */
  readonly workloads: readonly SeenWorkload[];
  /** Of the whole cluster, where the control plane is somebody else's: pods with the label of one of the mesh's gateways. */
  readonly gatewayProxies: readonly SeenWorkload[];
  /** What could not be read, so that nothing about it is claimed. */
  readonly unread: readonly string[];
}

/** To do something to a resource, in one namespace or (without) in all of the cluster. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  /** With its subresource, as roles write it: `pods/portforward`. */
  readonly resource: string;
  readonly namespace?: string | undefined;
  /** A deployment goes well without it, and knows less. */
  readonly optional?: boolean | undefined;
}

export interface SeenRights {
  readonly asked: number;
  readonly refused: readonly Right[];
}

export interface SeenNamespace {
  readonly name: string;
  readonly labels: Labels;
}

/** A Deployment of istiod. A managed control plane has none in the cluster. */
export interface SeenControlPlane {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly revision: string;
  /** The tag of its image, where that is one. */
  readonly version?: string | undefined;
  /** A Gateway is for proxies of its own namespace alone. */
  readonly scopesGateways?: boolean | undefined;
}

/** A webhook that injects sidecars: for a revision, or for a tag that stands for one. */
export interface SeenInjector {
  readonly name: string;
  readonly labels: Labels;
  readonly revision: string;
  readonly tag?: string | undefined;
  /** Of the identities that its control plane gives; asked for where the mesh goes to somebody else's, absent where it may not be read. */
  readonly trustDomain?: string | undefined;
}

export interface SeenObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  /** Of a VirtualService and a DestinationRule, as they are written. */
  readonly hosts?: readonly string[] | undefined;
  /** Of a VirtualService, as they are written; absent: the sidecars. */
  readonly gateways?: readonly string[] | undefined;
  /** As it is written; absent: to all namespaces. */
  readonly exportTo?: readonly string[] | undefined;
  /** The labels of the workloads that it is for; absent: all of its namespace, of a Gateway all proxies. */
  readonly selector?: Labels | undefined;
  /** Of a policy: it is decided and counted, and refuses nobody. */
  readonly dryRun?: boolean | undefined;
}

export interface SeenService {
  readonly namespace: string;
  readonly name: string;
  /** Empty where it selects nobody. */
  readonly selector: Labels;
  readonly ports: readonly SeenServicePort[];
}

export interface SeenServicePort {
  readonly number: number;
  /** A number, or the name of a port of its pods. */
  readonly target: number | string;
  readonly name?: string | undefined;
  readonly appProtocol?: string | undefined;
}

/** What runs pods: a Deployment, a StatefulSet, a DaemonSet, or pods that none of these runs, by their owner. */
export interface SeenWorkload {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Of its pods. */
  readonly labels: Labels;
  readonly serviceAccount: string;
  /** Those that its containers name. */
  readonly ports: readonly { readonly name: string; readonly number: number }[];
  /** Pods that are there, and how many of them have no sidecar. */
  readonly pods: number;
  readonly withoutSidecar: number;
}
