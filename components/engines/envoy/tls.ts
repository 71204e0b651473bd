/**
 * TLS contexts. Certificates and roots come from files by SDS, one secret per file (two are refused while traffic fails,
 * engines.md C3), so that keys are never part of a rendered configuration.
 */
import type { JsonObject } from "../../values/json.ts";
import { type SpiffeId, spiffePrefix } from "../../values/spiffe-id.ts";
import { fileSource, typed, typeUrl } from "./resources.ts";

const sds = (name: string): JsonObject => ({ name, sds_config: fileSource(`sds/${name}.json`) });

const UPSTREAM = typeUrl("envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext");
const DOWNSTREAM = typeUrl("envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext");

const IDENTITIES: readonly JsonObject[] = [sds("identity")];
const ROOTS = sds("roots");
const HTTP_VERSIONS: readonly string[] = ["h2", "http/1.1"];

/** Inside the mesh both ends are ours: TLS 1.3 alone. As a client Envoy stops at 1.2 unless the maximum is named. */
const MESH_VERSIONS: JsonObject = { tls_minimum_protocol_version: "TLSv1_3", tls_maximum_protocol_version: "TLSv1_3" };

/** Towards browsers and servers outside. */
const OUTSIDE_VERSIONS: JsonObject = {
  tls_minimum_protocol_version: "TLSv1_2",
  tls_maximum_protocol_version: "TLSv1_3",
};

const uriMatch = (...matches: readonly JsonObject[]): JsonObject => ({
  match_typed_subject_alt_names: matches.map((matcher) => ({ san_type: "URI", matcher })),
});

/** A client of a service: shows its identity and accepts none but the service's, which has two while it changes. */
export const upstreamTls = (...identities: readonly SpiffeId[]): JsonObject => ({
  name: "tls",
  typed_config: {
    "@type": UPSTREAM,
    common_tls_context: {
      tls_params: MESH_VERSIONS,
      tls_certificate_sds_secret_configs: IDENTITIES,
      combined_validation_context: {
        default_validation_context: uriMatch(...identities.map((exact) => ({ exact }))),
        validation_context_sds_secret_config: ROOTS,
      },
    },
  },
});

/** Every identity of the trust domain; who may do what is decided by access. */
export const anybodyOf = (trustDomain: string): JsonObject => uriMatch({ prefix: spiffePrefix(trustDomain) });

/** These identities alone. Where there are none, an identity that no workload can have: an empty list would accept all. */
export const justThese = (identities: readonly SpiffeId[]): JsonObject =>
  uriMatch(...(identities.length === 0 ? ["spiffe:"] : identities).map((exact) => ({ exact })));

/** A service: shows its identity and asks for its caller's. */
export const downstreamTls = (accepted: JsonObject): JsonObject => ({
  name: "tls",
  typed_config: {
    "@type": DOWNSTREAM,
    require_client_certificate: true,
    common_tls_context: {
      tls_params: MESH_VERSIONS,
      alpn_protocols: HTTP_VERSIONS,
      tls_certificate_sds_secret_configs: IDENTITIES,
      combined_validation_context: {
        default_validation_context: accepted,
        validation_context_sds_secret_config: ROOTS,
      },
    },
  },
});

/** A gateway towards its clients: browsers bring TLS 1.2 and no certificate. */
export const edgeTls = (listener: string): JsonObject => ({
  name: "tls",
  typed_config: {
    "@type": DOWNSTREAM,
    common_tls_context: {
      tls_params: OUTSIDE_VERSIONS,
      alpn_protocols: HTTP_VERSIONS,
      tls_certificate_sds_secret_configs: [sds(edgeSecret(listener))],
    },
  },
});

/** A client of a server outside: its certificate must be signed by the roots and carry its name. */
export const externalTls = (host: string, secret: string, http2: boolean): JsonObject => ({
  name: "tls",
  typed_config: {
    "@type": UPSTREAM,
    sni: host,
    common_tls_context: {
      tls_params: OUTSIDE_VERSIONS,
      alpn_protocols: [http2 ? "h2" : "http/1.1"],
      combined_validation_context: {
        default_validation_context: { match_typed_subject_alt_names: [{ san_type: "DNS", matcher: { exact: host } }] },
        validation_context_sds_secret_config: sds(secret),
      },
    },
  },
});

export const edgeSecret = (listener: string): string => `gateway.${listener}`;

const SECRET = "envoy.extensions.transport_sockets.tls.v3.Secret";
const watched = { watched_directory: { path: "certs" } };

/** The SDS file of a certificate and its key. */
export const certificateSecret = (name: string, file: string): JsonObject =>
  typed(SECRET, {
    name,
    tls_certificate: {
      certificate_chain: { filename: `certs/${file}.crt` },
      private_key: { filename: `certs/${file}.key` },
      ...watched,
    },
  });

/** The SDS file of roots. */
export const rootsSecret = (name: string, filename: string): JsonObject =>
  typed(SECRET, {
    name,
    validation_context: { trusted_ca: { filename }, ...watched },
  });
