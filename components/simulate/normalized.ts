/** A message as every proxy sees it first: path and authority in one spelling, without what belongs to one connection alone. */
import type { Headers, Message } from "../contract/message.ts";
import { normalizePath } from "../values/path.ts";

export type Normalization =
  | SeenMessage
  | { readonly kind: "refused"; readonly reason: string }
  /** It asks for no path of anybody. */
  | { readonly kind: "no-path" }
  | { readonly kind: "unknown"; readonly reason: string };

export interface SeenMessage {
  readonly kind: "message";
  readonly message: Message;
  /** Nothing had to be done: the next proxy sees it just so. */
  readonly settled: boolean;
  readonly hadEscapedSlashes: boolean;
}

/** @source Envoy 1.40 over HTTP/1.1, seen by test/live/proof */
const METHODS: ReadonlySet<string> = new Set(
  (
    "GET HEAD POST PUT DELETE OPTIONS TRACE PATCH ACL BIND CHECKOUT COPY LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MOVE " +
    "NOTIFY PROPFIND PROPPATCH PURGE REBIND REPORT SEARCH SOURCE SUBSCRIBE UNBIND UNLINK UNLOCK UNSUBSCRIBE"
  ).split(" "),
);

/** @param from a gateway trusts its clients with less than a sidecar its application */
export function normalized(message: Message, from: "mesh" | "outside" = "mesh"): Normalization {
  if (!METHODS.has(message.method)) return { kind: "unknown", reason: NOT_EVERYWHERE };
  const reason = whyRefused(message);
  if (reason !== undefined) return { kind: "refused", reason };
  if (isServerWide(message)) return { kind: "no-path" };
  const path = normalizePath(message.path);
  if (path.kind === "refused") return path;
  const authority = withoutTrailingDot(message.authority);
  const headers = ofTheRequest(message.headers, from === "mesh" ? TAKEN : TAKEN_FROM_OUTSIDE);
  const settled = path.path === message.path && authority === message.authority && headers === message.headers;
  return {
    kind: "message",
    message: settled ? message : { ...message, path: path.path, authority, headers },
    settled,
    hadEscapedSlashes: path.hadEscapedSlashes,
  };
}

/** What comes of a request that no route gets to see. */
export function notAMessage(seen: Exclude<Normalization, { kind: "message" }>) {
  switch (seen.kind) {
    case "unknown":
      return seen;
    case "no-path":
      return { kind: "no-route", status: 404, reason: "path" } as const;
    case "refused":
      return { kind: "bad-request", status: 400, reason: seen.reason } as const;
  }
}

/** `OPTIONS *` asks about a server as a whole (RFC 9110 9.3.7); HTTP/1.1 proxies take whatever begins with the asterisk for it. */
const isServerWide = ({ method, path }: Message): boolean => method === "OPTIONS" && /^\*[\x21-\x7e]*$/.test(path);

const NOT_EVERYWHERE = "over HTTP/1.1 a proxy refuses methods that it does not know, over HTTP/2 it forwards them";

const VISIBLE_QUERY = /^[\x21\x22\x24-\x7e]*$/;
/** @source Envoy 1.40, seen byte by byte (test/live/proof) */
const HOST = /^[\x21$-.0-;=@-[\]_a-z~]*$/;

function whyRefused({ authority, query }: Message): string | undefined {
  if (query !== "" && !VISIBLE_QUERY.test(query))
    return "the query holds a fragment, a blank or a character that is not escaped";
  return HOST.test(authority) ? undefined : "the authority is not a host and a port";
}

/** `reviews.` and `reviews.:80` are fully qualified spellings of the same name; one dot goes. */
function withoutTrailingDot(authority: string): string {
  if (authority.endsWith(".")) return authority.slice(0, -1);
  const colon = authority.lastIndexOf(":");
  return authority[colon - 1] === "." ? authority.slice(0, colon - 1) + authority.slice(colon) : authority;
}

/**
 * What a proxy takes away before it looks: headers of the connection, and those by which a client would steer a proxy; `te` unless
 * it asks for trailers.
 *
 * @source Envoy 1.40, ConnectionManagerUtility::cleanInternalHeaders; seen by test/live/proof
 */
const TAKEN: ReadonlySet<string> = new Set([
  "connection",
  "expect",
  "keep-alive",
  "proxy-connection",
  "te",
  "upgrade",
  "x-envoy-expected-rq-timeout-ms",
  "x-envoy-force-trace",
  "x-envoy-hedge-on-per-try-timeout",
  "x-envoy-internal",
  "x-envoy-ip-tags",
  "x-envoy-max-retries",
  "x-envoy-original-url",
  "x-envoy-retriable-header-names",
  "x-envoy-retriable-status-codes",
  "x-envoy-retry-grpc-on",
  "x-envoy-retry-on",
  "x-envoy-upstream-alt-stat-name",
  "x-envoy-upstream-rq-per-try-timeout-ms",
  "x-envoy-upstream-rq-timeout-alt-response",
  "x-envoy-upstream-rq-timeout-ms",
  "x-forwarded-client-cert",
]);

/** What only proxies say of a request. */
const TAKEN_FROM_OUTSIDE: ReadonlySet<string> = new Set([
  ...TAKEN,
  "x-envoy-decorator-operation",
  "x-envoy-downstream-service-cluster",
  "x-envoy-downstream-service-node",
  "x-envoy-original-host",
  "x-envoy-original-path",
]);

function ofTheRequest(headers: Headers, taken: ReadonlySet<string>): Headers {
  let any = false;
  for (const name of headers.keys()) any ||= taken.has(name);
  if (!any) return headers;
  const ofTheConnection = (headers.get("connection") ?? []).flatMap((line) =>
    line.split(",").map((name) => name.trim().toLowerCase()),
  );
  const trailers = headers.get("te")?.every((value) => value === "trailers");
  const kept = new Map(headers);
  for (const name of ofTheConnection) kept.delete(name);
  for (const name of taken) if (name !== "te" || !trailers) kept.delete(name);
  return kept;
}
