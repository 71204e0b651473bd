/**
 * A request with the answer that is expected of it: what `mesh run --once` sends and compares. A mesh file exports a list as `probes`.
 */

/** Who asks. */
export type Asker =
  /** A client outside the mesh, through a gateway: plain HTTP or HTTPS without a certificate of the mesh. */
  | "outside"
  /** The same at this gateway, for a host that several serve: by key, and where it matters the key of the listener, too. */
  | { readonly gateway: string; readonly listener?: string | undefined }
  /** A workload of the mesh, through its own sidecar. */
  | { readonly service: string; readonly version?: string | undefined }
  /** Somebody with a valid identity of the mesh that declares no calls, straight at the callee's sidecar. */
  | "stranger"
  /** Somebody without TLS, straight at the callee's sidecar. */
  | "plaintext";

export interface Expected {
  /** HTTP status; `"refused"`: no HTTP answer at all. */
  readonly status: number | "refused";
  /** The service that answered, as the stand-in says itself. */
  readonly service?: string | undefined;
  readonly version?: string | undefined;
  /** Headers of the answer. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The path that the service saw. */
  readonly path?: string | undefined;
  /** Share of each version among `times` answers, in percent; agreed when within four standard deviations. */
  readonly shares?: Readonly<Record<string, number>> | undefined;
  /** The answer takes at least this long. @unit milliseconds */
  readonly atLeast?: number | undefined;
}

export interface Probe {
  /** A line of the table. */
  readonly name: string;
  /** The environment that it is for. @default every one */
  readonly environment?: string | undefined;
  readonly from: Asker;
  /** Scheme, authority and path as the asker would write it: "http://cart:7070/x", "https://shop.localhost/". */
  readonly url: string;
  /** A unary call by HTTP/2 with an empty message; `status` is the HTTP status that the gRPC status stands for. @default http */
  readonly protocol?: "http" | "grpc" | undefined;
  /** @default GET */
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** @default 1 */
  readonly times?: number | undefined;
  readonly expect: Expected;
}

export const isOutside = (from: Asker): from is Extract<Asker, "outside" | { readonly gateway: string }> =>
  from === "outside" || (typeof from === "object" && "gateway" in from);

/** The port that a URL writes; unlike that of `URL` it is there, too, where it is the default of the scheme. */
export const writtenPort = (url: string): string | undefined => /^[a-z]+:\/\/[^/?#]*:(\d+)(?:[/?#]|$)/.exec(url)?.[1];
