/** Headers that proxies write: what a client sends under these names is not what the next one reads. */

/** A request id is made up, an address is where the client happens to be: no simulation can know their values. */
export const PROXY_HEADERS: ReadonlySet<string> = new Set([
  "content-length",
  "x-envoy-external-address",
  "x-forwarded-client-cert",
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-request-id",
]);
