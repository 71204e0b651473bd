/**
 * What the control plane tells every proxy beside the objects of a mesh: Istio's `meshConfig`. Without it proxies would do otherwise
 * than docs/semantics.md says; a control plane that somebody else installed has to say the same (section "On Istio" there).
 *
 * @source istio.io/api 1.31 mesh/v1alpha1 (MeshConfig, ProxyConfig), istio 1.31 pkg/bootstrap/config.go, pilot/pkg/features/pilot.go and
 * pilot/pkg/model/push_context.go (mergeGateways), read 2026-11
 */
import type { JsonObject } from "../../values/json.ts";

export interface MeshSettings {
  /** Of Istio, like "1.31.4". */
  readonly version: string;
  readonly trustDomain: string;
}

export const meshConfig = ({ version, trustDomain }: MeshSettings) => ({
  trustDomain,
  // Istio's default lets everything out.
  outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
  // Paths in one spelling before any rule compares them: escaped slashes are slashes.
  pathNormalization: { normalization: "DECODE_AND_MERGE_SLASHES" },
  defaultConfig: proxyConfig(version),
});

/** A Gateway is for proxies of its own namespace, instead of for those of all of them. */
export const SCOPE_GATEWAYS = "PILOT_SCOPE_GATEWAY_TO_NAMESPACE";

/** What istiod itself is told, as variables of its environment. */
export const istiodEnvironment = {
  // Needed before the first rotation of a root: without it a changed root is refused.
  ISTIO_MULTIROOT_MESH: "true",
  // Without it gateways of one name open each other's listeners, and of two that want a port for different protocols the younger one
  // does not get it.
  [SCOPE_GATEWAYS]: "true",
} as const;

/** Of every sidecar and gateway. */
const proxyConfig = (version: string): JsonObject => ({
  // Lets a new root reach proxies that run.
  proxyMetadata: { PROXY_CONFIG_XDS_AGENT: "true" },
  // Istio cuts off what follows `#` in a path; Envoy itself refuses it.
  runtimeValues: { "envoy.reloadable_features.http_reject_path_with_fragment": "true" },
  ...(hasConnectionSettings(version) ? EDGE_AT_GATEWAYS : {}),
});

/** Envoy's own advice for the edge; of sidecars it changes nothing. */
const EDGE_AT_GATEWAYS: JsonObject = { connectionSettings: { profile: "EDGE" } };

/** From 1.31 on. An older injector would refuse every pod for a field that it does not know. */
const hasConnectionSettings = (version: string): boolean => Number(version.split(".")[1]) >= 31;
