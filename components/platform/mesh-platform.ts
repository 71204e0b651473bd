/** A whole mesh on a cluster, as one component: the others, put together in the order in which they need each other. */
import { core } from "@pulumi/kubernetes";
import { ComponentResource, type ComponentResourceOptions, type Output, output } from "@pulumi/pulumi";
import { checkEngineRelease } from "../deployment/check-release.ts";
import { checkAuthority, checkGateways, checkMeshWide } from "../deployment/check-stack.ts";
import { type AuthoritySettings, defaultImages, type GatewaySettings } from "../deployment/settings.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { sortDiagnostics } from "../diagnostics/report.ts";
import { graphOf } from "../graph/graph.ts";
import { CertificateAuthority, type CertificateAuthorityArgs } from "./certificate-authority.ts";
import { type ChildOptions, childOptions } from "./child-options.ts";
import {
  ControlPlane,
  type ControlPlaneSpec,
  checkCharts,
  type Install,
  namespaceOf,
  revisionLabel,
  versionOf,
} from "./control-plane.ts";
import type { RegisteredObjects } from "./create-objects.ts";
import { Gateway } from "./gateway.ts";
import { Observability } from "./observability.ts";
import { refuseErrors } from "./refuse.ts";
import { ownedGateways, type RenderedMesh } from "./rendered-mesh.ts";
import { requireProvider } from "./require-provider.ts";
import { RoutingPolicies } from "./routing-policies.ts";
import { SecurityPolicies } from "./security-policies.ts";
import type { Settle } from "./settle.ts";
import { SidecarProxies } from "./sidecar-proxies.ts";

export interface MeshPlatformArgs {
  readonly mesh: RenderedMesh;
  readonly controlPlane: ControlPlaneSpec;
  /** Who signs; used where the control plane is ours. @default generated, one root, protected */
  readonly certificateAuthority?: AuthoritySettings | undefined;
  /** By the gateway's key in the mesh. @default a load balancer with two proxies each */
  readonly gateways?: Readonly<Record<string, GatewaySettings>> | undefined;
  /** Whether the namespaces of services are made here or are there and only labelled. @default "create" */
  readonly namespaces?: "create" | "label" | undefined;
  /** Asked before routes lead where none led before; `prepareStack` sets `askIstiod`. @default waits 5 s and says that nobody has looked */
  readonly settle?: Settle | undefined;
}

const defaultAuthority: AuthoritySettings = {
  kind: "generated",
  roots: [1],
  signer: 1,
  intermediate: 1,
  protect: true,
};

/**
 * Control plane, certificate authority, gateways, sidecars and every policy of a mesh.
 *
 * @errors MW5103 the mesh needs a newer engine · MW5115 charts of another release · MW5120 no such gateway · MW5121 an object for the whole
 * mesh · MW5122 a root signs that is not there · MW5129 a root stands twice · MW5123 no provider
 * @example new MeshPlatform("shop", { mesh, controlPlane: install({ release, charts }) }, { provider })
 */
export class MeshPlatform extends ComponentResource {
  readonly controlPlane: ControlPlane;
  readonly certificateAuthority: CertificateAuthority | undefined;
  /** By the gateway's key in the mesh. */
  readonly gateways: Readonly<Record<string, Gateway>>;
  readonly sidecarProxies: SidecarProxies;
  readonly securityPolicies: SecurityPolicies;
  readonly routingPolicies: RoutingPolicies;
  readonly observability: Observability;
  /** Where each gateway can be reached. */
  readonly addresses: Output<Readonly<Record<string, string>>>;
  /** The roots that are trusted, as PEM; absent where somebody else keeps them. */
  readonly trustBundle: Output<string> | undefined;
  /** Who calls whom, in the language of Graphviz. */
  readonly graph: string;

  constructor(name: string, args: MeshPlatformArgs, options: ComponentResourceOptions = {}) {
    requireProvider("MeshPlatform", options);
    refuseErrors(checkPlatform(args));
    const { mesh, controlPlane: plane, certificateAuthority: authority = defaultAuthority, namespaces } = args;
    const { ir } = mesh;
    const revision = revisionLabel(plane);
    super("meshwright:index:MeshPlatform", name, { mesh: ir.name, environment: ir.environment, revision }, options);

    const trustDomain = ir.trustDomain;
    this.certificateAuthority =
      plane.kind === "install"
        ? createAuthority(name, plane, { authority, trustDomain }, childOptions(this, options))
        : undefined;
    this.trustBundle = this.certificateAuthority?.trustBundle;
    this.controlPlane = new ControlPlane(
      name,
      { plane, trustDomain },
      childOptions(this, options, this.certificateAuthority === undefined ? [] : [this.certificateAuthority]),
    );

    // Everything else is read by the control plane, and refused while it is not there.
    const after = childOptions(this, options, [this.controlPlane]);
    this.sidecarProxies = new SidecarProxies(name, { mesh, revision, namespaces }, after);
    const inside = childOptions(this, options, [this.controlPlane, ...this.sidecarProxies.namespaces.values()]);
    this.securityPolicies = new SecurityPolicies(name, { mesh }, inside);
    this.gateways = createGateways(name, args, this.securityPolicies.objects, inside);
    const doors = Object.values(this.gateways).flatMap(({ objects }) => [...objects]);
    const earlier = new Map([...this.sidecarProxies.objects, ...this.securityPolicies.objects, ...doors]);
    this.routingPolicies = new RoutingPolicies(name, { mesh, earlier, settle: args.settle }, inside);
    this.observability = new Observability(name, { mesh, earlier: this.routingPolicies.objects }, inside);

    this.addresses = output(
      Object.fromEntries(Object.entries(this.gateways).map(([key, { address }]) => [key, address])),
    );
    this.graph = graphOf(ir);
    this.registerOutputs({ addresses: this.addresses, trustBundle: this.trustBundle, revision });
  }
}

/** What must be there before a control plane of our own first starts: its namespace, and what it signs with. */
function createAuthority(
  name: string,
  plane: Install,
  signing: Pick<CertificateAuthorityArgs, "authority" | "trustDomain">,
  children: ChildOptions,
): CertificateAuthority {
  const namespace = namespaceOf(plane);
  const home = new core.v1.Namespace(`${name}/${namespace}`, { metadata: { name: namespace } }, children);
  const dependsOn = [...children.dependsOn, home];
  return new CertificateAuthority(name, { ...signing, namespace }, { ...children, dependsOn });
}

function createGateways(
  name: string,
  { mesh, controlPlane, gateways = {} }: MeshPlatformArgs,
  earlier: RegisteredObjects,
  options: ComponentResourceOptions,
): Readonly<Record<string, Gateway>> {
  const { charts, images = defaultImages } = controlPlane.kind === "install" ? controlPlane : {};
  const revision = revisionLabel(controlPlane);
  const created = ownedGateways(mesh).map(({ key }) => {
    const { pullPolicy } = images;
    const args = { mesh, gateway: key, charts, revision, settings: gateways[key], pullPolicy, earlier };
    return [key, new Gateway(`${name}-${key}`, args, options)] as const;
  });
  return Object.fromEntries(created);
}

/** Everything is checked before the first resource exists. */
function checkPlatform({
  mesh,
  controlPlane,
  certificateAuthority,
  gateways = {},
}: MeshPlatformArgs): readonly Diagnostic[] {
  const { ir, objects } = mesh;
  return sortDiagnostics([
    ...checkEngineRelease(ir, versionOf(controlPlane), ["controlPlane"]),
    ...checkCharts(controlPlane),
    ...checkMeshWide(objects, { kind: controlPlane.kind, name: namespaceOf(controlPlane) }),
    ...checkAuthority(certificateAuthority ?? defaultAuthority),
    ...checkGateways(gateways, ir, mesh.owner),
  ]);
}
