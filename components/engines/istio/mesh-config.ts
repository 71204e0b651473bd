/**
 * What the control plane tells every proxy beside the objects of a mesh: Istio's `meshConfig`. Without it proxies would do otherwise
 * than docs/semantics.md says; a control plane that somebody else installed has to say the same (section "On Istio" there).
 *
 * @source istio.io/api 1.31 mesh/v1alpha1 (MeshConfig, ProxyConfig), istio 1.31 pkg/bootstrap/config.go, read 2026-11
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
