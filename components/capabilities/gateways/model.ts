/** Gateways, as users write them: where requests from outside enter. */
import type { SecretRef } from "../../values/secret-ref.ts";

/** Plain HTTP. Hosts that an https listener of the gateway also serves are redirected there. */
export type HttpListener = {
  readonly kind: "http";
  readonly port: number;
  /** Exact host names. */
  readonly hosts: readonly string[];
};

/** TLS ends here; TLS 1.2 or newer, HTTP/2 and HTTP/1.1. */
export type HttpsListener = {
  readonly kind: "https";
  readonly port: number;
  readonly hosts: readonly string[];
  /** Certificate and key for all of the hosts. */
  readonly certificate: SecretRef;
};

export type Listener = HttpListener | HttpsListener;

type Options<L> = Omit<L, "kind" | "port">;

/** @example listeners: { web: listen.https(443, { hosts: ["shop.example.com"], certificate: secretRef("shop", "web", "tls") }) } */
export const listen = {
  http: (port: number, options: Options<HttpListener>): HttpListener => ({ kind: "http", port, ...options }),
  https: (port: number, options: Options<HttpsListener>): HttpsListener => ({ kind: "https", port, ...options }),
} as const;

/**
 * The rows of the support table. The edge profile (limits, normalization, sanitized headers) is always on.
 *
 * @engines envoy listener of its own Deployment · istio `Gateway`, `VirtualService.gateways` · consul API gateway · linkerd any meshed ingress
 * @source engines.md A, Ingress; reliability.md 2, edge profile
 */
export type GatewayFields = {
  /** @default the mesh's namespace */
  readonly namespace?: string | undefined;
  /** @default the key */
  readonly name?: string | undefined;
  /** @default the name */
  readonly serviceAccount?: string | undefined;
  /** The team that answers for its hosts and certificates. @default the mesh's owner */
  readonly owner?: string | undefined;
  /** By other owner: the path prefixes under which routes may lead to services of theirs. @default none */
  readonly allowRoutes?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly listeners: Readonly<Record<string, Listener>>;
  /** By name; what no route matches is answered with 404. */
  readonly routes: Readonly<Record<string, unknown>>;
};
