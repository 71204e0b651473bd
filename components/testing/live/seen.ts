/** What came back from a running mesh: the word of a stand-in, or of a proxy. */
import type { Seen } from "../../local/ask.ts";

/** What a stand-in says of itself and of the request that it got. */
export interface Report {
  readonly service?: string;
  readonly version?: string | null;
  readonly method?: string;
  readonly authority?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** Nothing where a proxy answered. */
export function reportOf({ body }: Seen): Report {
  try {
    const report: unknown = JSON.parse(body);
    if (typeof report !== "object" || report === null) return {};
    return "external" in report ? { ...report, service: String(report.external) } : report;
  } catch {
    return {};
  }
}

export const isFromStandIn = (seen: Seen): boolean => reportOf(seen).service !== undefined;

/**
 * A proxy answers gRPC calls in the words of gRPC; read back as HTTP that is another status.
 *
 * @source Envoy 1.40, `Grpc::Utility::httpToGrpcStatus`; google.rpc.Code
 */
export function statusSeen(status: number, protocol: "http" | "grpc"): number {
  return protocol === "http" ? status : (BACK[status] ?? 500);
}

/** 404 is UNIMPLEMENTED; 429, 502, 503, 504 are UNAVAILABLE; 400 is INTERNAL; 401 and 403 are themselves; the rest is UNKNOWN. */
const BACK: Readonly<Record<number, number>> = {
  200: 200,
  400: 500,
  401: 401,
  403: 403,
  404: 501,
  429: 503,
  502: 503,
  503: 503,
  504: 503,
};

/** What the requests got, each kind of answer once. */
export function seenText(all: readonly Seen[]): string {
  const counts = new Map<string, number>();
  for (const seen of all) {
    const text = oneText(seen);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => (all.length === 1 ? text : `${count} × ${text}`)).join("; ");
}

function oneText(seen: Seen): string {
  const { service, version, method, path } = reportOf(seen);
  const location = seen.headers.location === undefined ? "" : ` to ${String(seen.headers.location)}`;
  if (service === undefined) return `${seen.status}${location}${seen.body === "" ? "" : ` ${seen.body.slice(0, 200)}`}`;
  const from = version === undefined || version === null ? service : `${service} ${version}`;
  return path === undefined ? `an answer of ${from}` : `${seen.status} of ${from}, which got ${method} ${path}`;
}
