/**
 * The images of a release of Istio, made of its programs as they were built here, under the names that nodes know them by. The proxy is
 * the stock Envoy, which lacks the filters of Istio's own build; istiod is told so by its image, and `stockEnvoy` takes away the last.
 */

import type { IstioImages } from "../../../components/engines/istio/versions.ts";
import type { KubernetesObject } from "../../../components/engines/kubernetes.ts";
import type { Parts } from "../parts/find-parts.ts";
import type { Image } from "./images.ts";

export const ISTIO_IMAGE_PARTS = [
  ...["pilot-discovery", "pilot-agent", "istio-bootstrap", "install-cni", "istio-cni", "envoy"],
] as readonly IstioImagePart[];

export type IstioImagePart =
  | "pilot-discovery"
  | "pilot-agent"
  | "istio-bootstrap"
  | "install-cni"
  | "istio-cni"
  | "envoy";

/** @source istio 1.31, the Dockerfiles of pilot, proxyv2 and install-cni */
export const istioImages = ({ hub, tag }: IstioImages, parts: Parts<IstioImagePart>): readonly Image[] => [
  {
    name: `${hub}/pilot:${tag}`,
    files: { "/usr/local/bin/pilot-discovery": parts["pilot-discovery"] },
    config: {
      Entrypoint: ["/usr/local/bin/pilot-discovery"],
      User: "1337:1337",
      Env: ["PILOT_ENABLE_METADATA_EXCHANGE=false", "PILOT_ENABLE_ALPN_FILTER=false"],
    },
  },
  {
    name: `${hub}/proxyv2:${tag}`,
    files: {
      "/usr/local/bin/pilot-agent": parts["pilot-agent"],
      "/usr/local/bin/envoy": parts.envoy,
      "/var/lib/istio/envoy/envoy_bootstrap_tmpl.json": parts["istio-bootstrap"],
    },
    config: { Entrypoint: ["/usr/local/bin/pilot-agent"], User: "1337:1337" },
  },
  {
    name: `${hub}/install-cni:${tag}`,
    files: { "/usr/local/bin/install-cni": parts["install-cni"], "/opt/cni/bin/istio-cni": parts["istio-cni"] },
    config: { Entrypoint: ["/usr/local/bin/install-cni"] },
  },
];

const STATS = "istio.stats";

/** Without the filter that counts requests, which an Envoy that does not have it refuses with all the rest. */
export const stockEnvoy = (rootNamespace: string): KubernetesObject => ({
  apiVersion: "networking.istio.io/v1alpha3",
  kind: "EnvoyFilter",
  metadata: { name: "stock-envoy", namespace: rootNamespace },
  spec: {
    configPatches: [
      {
        applyTo: "HTTP_FILTER",
        match: { listener: { filterChain: { filter: { name: HTTP, subFilter: { name: STATS } } } } },
        patch: { operation: "REMOVE" },
      },
      {
        applyTo: "NETWORK_FILTER",
        match: { listener: { filterChain: { filter: { name: STATS } } } },
        patch: { operation: "REMOVE" },
      },
    ],
  },
});

const HTTP = "envoy.filters.network.http_connection_manager";
