/** A gateway, as a component: its proxies, its Service and what it listens to. */
import { core, type helm } from "@pulumi/kubernetes";
import { ComponentResource, type ComponentResourceOptions, type Output, output } from "@pulumi/pulumi";
import type { VerifiedCharts } from "../charts/verified-charts.ts";
import { checkGateway } from "../deployment/check-stack.ts";
import { defaultGateway, defaultImages, type Exposure, type GatewaySettings } from "../deployment/settings.ts";
import { type GatewayInstall, gatewayChart } from "../engines/istio/install.ts";
import type { PullPolicy } from "../engines/istio/versions.ts";
import type { MeshObject } from "../engines/kubernetes.ts";
import type { GatewayIr } from "../ir/mesh-ir.ts";
import { childOptions } from "./child-options.ts";
import { createChart } from "./create-chart.ts";
import { createObjects, type RegisteredObjects } from "./create-objects.ts";
import { refuseErrors } from "./refuse.ts";
import { objectsOf, type RenderedMesh } from "./rendered-mesh.ts";
import { requireProvider } from "./require-provider.ts";

export interface GatewayArgs {
  readonly mesh: RenderedMesh;
  /** The gateway's key in the mesh. */
  readonly gateway: string;
  /** The charts to install its proxies from; without them its proxies are somebody else's, and only its rules are deployed. */
  readonly charts?: VerifiedCharts | undefined;
  /** The revision or tag of the control plane. */
  readonly revision: string;
  /** @default a load balancer with two proxies */
  readonly settings?: GatewaySettings | undefined;
  /** When nodes ask for the image of its proxies. @default "IfNotPresent" */
  readonly pullPolicy?: PullPolicy | undefined;
  readonly earlier?: RegisteredObjects | undefined;
}

const serviceTypes: Readonly<Record<Exposure, GatewayInstall["serviceType"]>> = {
  "load-balancer": "LoadBalancer",
  "node-port": "NodePort",
  "cluster-ip": "ClusterIP",
};

/**
 * One gateway of a mesh, in a namespace that is there already.
 *
 * @errors MW5120 no such gateway · MW5128 it belongs to others · MW5123 no provider
 * @engines istio chart `gateway` · `Gateway`
 */
export class Gateway extends ComponentResource {
  /** Where it can be reached, as soon as that is known: an address of a load balancer, or its name inside the cluster. */
  readonly address: Output<string>;
  readonly chart: helm.v4.Chart | undefined;
  readonly objects: RegisteredObjects;

  constructor(name: string, args: GatewayArgs, options: ComponentResourceOptions = {}) {
    requireProvider("Gateway", options);
    const { mesh, charts, revision, settings = defaultGateway, pullPolicy = defaultImages.pullPolicy, earlier } = args;
    const gateway = findGateway(mesh, args.gateway);
    const objects = objectsOfGateway(mesh, gateway);
    super("meshwright:index:Gateway", name, { gateway: gateway.id, revision, ...settings }, options);
    const { exposure, replicas } = settings;
    const install = gatewayChart(gateway, selectorOf(objects), {
      serviceType: serviceTypes[exposure],
      replicas,
      revision,
      pullPolicy,
    });
    // A load balancer gets its address when its cloud pleases; a cluster without one never does.
    const first = childOptions(this, options);
    this.chart = charts && createChart(name, install, charts, { ...first, skipAwait: exposure === "load-balancer" });
    this.objects = createObjects(name, objects, first, { earlier });
    this.address = addressOf(this.chart, gateway);
    this.registerOutputs({ address: this.address });
  }
}

function findGateway({ ir, owner }: RenderedMesh, key: string): GatewayIr {
  refuseErrors(checkGateway(key, ir, owner));
  return ir.gateways.find((gateway) => gateway.key === key) as GatewayIr;
}

const objectsOfGateway = (mesh: RenderedMesh, { namespace, name }: GatewayIr): readonly MeshObject[] =>
  objectsOf(mesh, "gateway").filter(
    ({ object }) => object.metadata.namespace === namespace && object.metadata.name === name,
  );

/** The labels by which the rendered Gateway finds its proxies. */
function selectorOf(objects: readonly MeshObject[]): Readonly<Record<string, string>> {
  const spec = objects[0]?.object.spec as { readonly selector?: Readonly<Record<string, string>> } | undefined;
  return spec?.selector ?? {};
}

/** The chart's Service knows its address; before that, and inside the cluster, it has a name. */
function addressOf(chart: helm.v4.Chart | undefined, { name, namespace }: GatewayIr): Output<string> {
  const inside = output(`${name}.${namespace}.svc`);
  if (chart === undefined) return inside;
  return chart.resources.apply((resources) => {
    const service = (resources ?? []).find(core.v1.Service.isInstance);
    if (service === undefined) return inside;
    return service.status.apply((status) => {
      const [ingress] = status?.loadBalancer?.ingress ?? [];
      return ingress?.ip ?? ingress?.hostname ?? inside;
    });
  }) as Output<string>;
}
