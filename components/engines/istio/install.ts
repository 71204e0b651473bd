/**
 * How Istio is installed, as plain data: its charts in order, each with its values. Must know nothing of where charts come from nor of
 * who deploys them. Values are known before anything is deployed: a chart with one unknown value shows no object in a preview. Where a
 * value differs from the chart's default, the reason stands beside it.
 *
 * @source istio 1.31 manifests/charts (values.yaml and templates of base, istio-cni, istio-discovery, gateway), read 2026-11
 */
import type { GatewayIr, ServiceIr } from "../../ir/mesh-ir.ts";
import type { JsonObject } from "../../values/json.ts";
import { distinct } from "../../values/order.ts";
import type { KubernetesObject } from "../kubernetes.ts";
import { istiodEnvironment, meshConfig } from "./mesh-config.ts";
import { fitted } from "./names.ts";
import { OWNER } from "./ownership.ts";
import { type IstioChart, type IstioImage, type IstioImages, type PullPolicy, revisionOf } from "./versions.ts";
import type { Labels } from "./workloads.ts";

export interface ChartInstall {
  /** Lasting: it becomes a logical name. */
  readonly id: string;
  readonly chart: IstioChart;
  /** Helm's name of the release, from which charts derive the names of their objects. */
  readonly release: string;
  readonly namespace: string;
  readonly values: JsonObject;
}

export interface ControlPlaneInstall {
  readonly version: string;
  readonly images: IstioImages;
  readonly pullPolicy: PullPolicy;
  /** Digests of images by name and tag (`pilot:1.31.4`), where they were recorded: they replace the tag. */
  readonly imageDigests: Readonly<Record<string, string>>;
  readonly namespace: string;
  readonly tag: string;
  readonly replicas: number;
  readonly resources: Resources;
  readonly proxy: Resources;
  readonly trustDomain: string;
}

/** What a container asks for, and the memory beyond which it is ended. */
export interface Resources {
  readonly cpu: string;
  readonly memory: string;
  readonly memoryLimit: string;
}

/** Base and the CNI plugin are there once for a cluster; istiod once for each revision. */
export function controlPlaneCharts(install: ControlPlaneInstall): readonly ChartInstall[] {
  const revision = revisionOf(install.version);
  const { namespace } = install;
  return [
    { id: "base", chart: "base", release: "istio-base", namespace, values: baseValues(install, revision) },
    { id: "cni", chart: "cni", release: "istio-cni", namespace, values: cniValues(install) },
    {
      id: `istiod-${revision}`,
      chart: "istiod",
      release: `istiod-${revision}`,
      namespace,
      values: istiodValues(install, revision),
    },
  ];
}

/**
 * The webhook's policy is written by two: Helm, when it installs, and istiod, once it is ready. Said here, both write the same. Without
 * it the next `up` meets a conflict (pulumi-kubernetes#2210).
 */
const validation = { validationFailurePolicy: "Fail" };

const baseValues = ({ namespace }: ControlPlaneInstall, revision: string): JsonObject => ({
  // The validator of objects that name no revision; "default" would be a Service that nobody installs.
  defaultRevision: revision,
  base: { ...validation, enableCRDTemplates: true },
  global: { istioNamespace: namespace },
});

const cniValues = ({ images, pullPolicy, imageDigests, namespace }: ControlPlaneInstall): JsonObject => ({
  ownerName: OWNER,
  global: { ...imageSource(images, pullPolicy), networkPolicy: { enabled: true } },
  ...imageOf("install-cni", images, imageDigests),
  excludeNamespaces: distinct(["kube-system", namespace]),
});

const istiodValues = (install: ControlPlaneInstall, revision: string): JsonObject => {
  const { version, images, pullPolicy, imageDigests, namespace, tag, replicas, resources, trustDomain } = install;
  return {
    revision,
    revisionTags: [tag],
    // By it a preflight knows its own control plane from somebody else's.
    ownerName: OWNER,
    ...imageOf("pilot", images, imageDigests),
    ...availability(replicas),
    resources: requests(resources),
    base: validation,
    // Without it each pod needs an init container with NET_ADMIN.
    cni: { enabled: true },
    env: istiodEnvironment,
    global: {
      ...imageSource(images, pullPolicy),
      istioNamespace: namespace,
      networkPolicy: { enabled: true },
      defaultPodDisruptionBudget: { enabled: replicas > 1 },
      proxy: { ...imageOf("proxyv2", images, imageDigests), resources: withLimit(install.proxy) },
      proxy_init: imageOf("proxyv2", images, imageDigests),
    },
    meshConfig: meshConfig({ version, trustDomain }),
  };
};

/** A budget that wants one pod of one blocks every drain of its node, so there is none for a single pod. */
const availability = (replicas: number): JsonObject =>
  replicas > 1
    ? {
        autoscaleEnabled: true,
        autoscaleMin: replicas,
        autoscaleMax: replicas * 3,
        pdb: { minAvailable: replicas - 1 },
      }
    : { autoscaleEnabled: false, replicaCount: 1 };

const imageSource = ({ hub, tag }: IstioImages, pullPolicy: PullPolicy): JsonObject => ({
  hub,
  tag,
  imagePullPolicy: pullPolicy,
});

/** A whole reference where the digest is known: charts take an image with a slash as it is. */
function imageOf(name: IstioImage, { hub, tag }: IstioImages, digests: Readonly<Record<string, string>>): JsonObject {
  const digest = digests[`${name}:${tag}`];
  return digest === undefined ? {} : { image: `${hub}/${name}@${digest}` };
}

const requests = ({ cpu, memory }: Resources): JsonObject => ({ requests: { cpu, memory } });

/** No limit of processor time: a throttled proxy is a slow service. */
const withLimit = (resources: Resources): JsonObject => ({
  ...requests(resources),
  limits: { memory: resources.memoryLimit },
});

// --- gateways ------------------------------------------------------------------------------------------------------

export interface GatewayInstall {
  readonly serviceType: "LoadBalancer" | "NodePort" | "ClusterIP";
  readonly replicas: number;
  /** What the pods carry in `istio.io/rev`. */
  readonly revision: string;
  readonly pullPolicy: PullPolicy;
}

/** The proxies of one gateway. Their labels are those that the rendered Gateway selects, so the two cannot disagree. */
export function gatewayChart(
  gateway: GatewayIr,
  selector: Readonly<Record<string, string>>,
  install: GatewayInstall,
): ChartInstall {
  const { namespace, name, serviceAccount } = gateway;
  const { serviceType, replicas, revision, pullPolicy } = install;
  return {
    id: "proxies",
    chart: "gateway",
    release: name,
    namespace,
    values: {
      name,
      revision,
      labels: selector,
      serviceAccount: { create: true, name: serviceAccount },
      // Said here, too: the chart's image is "auto", which Kubernetes takes for one without a tag and would always ask for.
      imagePullPolicy: pullPolicy,
      service: { type: serviceType, ports: servicePorts(gateway) },
      autoscaling: { enabled: replicas > 1, minReplicas: replicas, maxReplicas: replicas * 3 },
      ...(replicas > 1 ? { podDisruptionBudget: { minAvailable: replicas - 1 } } : { replicaCount: 1 }),
      global: { networkPolicy: { enabled: true } },
    },
  };
}

/** The proxy listens where the Gateway says, so both ports of the Service are the listener's. */
const servicePorts = ({ listeners }: GatewayIr) => [
  { name: "status-port", port: 15021, targetPort: 15021, protocol: "TCP" },
  ...listeners.map(({ name, port, tls }) => ({
    name: fitted(`${tls === undefined ? "http" : "https"}-${name}`.toLowerCase(), 63),
    port,
    targetPort: port,
    protocol: "TCP",
  })),
];

// --- namespaces ----------------------------------------------------------------------------------------------------

/** The namespaces of a mesh's services and gateways, as they must be labelled for injection; `own`: what else those we make carry. */
export const meshNamespaces = (
  residents: readonly Pick<ServiceIr | GatewayIr, "namespace">[],
  revision: string,
  own: Labels = {},
): readonly KubernetesObject[] =>
  distinct(residents.map(({ namespace }) => namespace)).map((name) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels: { "istio.io/rev": revision, ...own } },
  }));
