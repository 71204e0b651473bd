/** `meshwright/pulumi`: a mesh as Pulumi components, together or one by one. The only entry that loads @pulumi/*. */
export { type ObtainedCharts, obtainCharts } from "../charts/obtain-charts.ts";
export type { VerifiedCharts } from "../charts/verified-charts.ts";
export { checkStep } from "../deployment/check-release.ts";
export type { Lock } from "../deployment/lock.ts";
export type { Release, ReleaseCatalogue } from "../deployment/release.ts";
export type {
  AuthoritySettings,
  ChartSource,
  Exposure,
  GatewaySettings,
  ImageSettings,
  Size,
} from "../deployment/settings.ts";
export type { IstioRelease } from "../engines/istio/versions.ts";
export { type AskIstiodOptions, askIstiod } from "./ask-istiod.ts";
export { CertificateAuthority, type CertificateAuthorityArgs } from "./certificate-authority.ts";
export type { ClusterAccess } from "./cluster-access.ts";
export { configuredSettings } from "./configured-settings.ts";
export { ControlPlane, type ControlPlaneArgs, type ControlPlaneSpec, existing, install } from "./control-plane.ts";
export type { RegisteredObjects } from "./create-objects.ts";
export { deployedObjects } from "./deployed-objects.ts";
export { deployedRelease } from "./deployed-release.ts";
export { Gateway, type GatewayArgs } from "./gateway.ts";
export { loadLock } from "./load-lock.ts";
export { MeshPlatform, type MeshPlatformArgs } from "./mesh-platform.ts";
export { Observability, type ObservabilityArgs } from "./observability.ts";
export { prepareStack, type StackToPrepare } from "./prepare-stack.ts";
export { type RenderedMesh, type RenderMeshOptions, renderMesh } from "./rendered-mesh.ts";
export { RoutingPolicies, type RoutingPoliciesArgs } from "./routing-policies.ts";
export { SecurityPolicies, type SecurityPoliciesArgs } from "./security-policies.ts";
export type { Settle, Settled, Settling } from "./settle.ts";
export { SidecarProxies, type SidecarProxiesArgs } from "./sidecar-proxies.ts";
