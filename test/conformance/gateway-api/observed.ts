/** What became of a request, whoever says it: the simulator or a real Envoy. */
export interface Observed {
  readonly status: number;
  /** Of gRPC callers; a name of google.golang.org/grpc/codes. */
  readonly code?: string | undefined;
  readonly location?: string | undefined;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly arrived?: Arrived | undefined;
}

/** The request as the backend got it. */
export interface Arrived {
  readonly namespace: string;
  readonly service: string;
  readonly method: string;
  readonly host: string;
  /** With its query. */
  readonly path: string;
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

/** `cluster/namespace/name` */
export function placeOf(id: string): { readonly namespace: string; readonly service: string } {
  const [, namespace = "", service = ""] = id.split("/");
  return { namespace, service };
}

/** What a proxy's own answer of a status says to callers of gRPC. @source gRPC, "HTTP to gRPC Status Code Mapping" */
export const codeOf = (status: number): string =>
  new Map([
    [400, "Internal"],
    [401, "Unauthenticated"],
    [403, "PermissionDenied"],
    [404, "Unimplemented"],
    [429, "Unavailable"],
    [502, "Unavailable"],
    [503, "Unavailable"],
    [504, "Unavailable"],
  ]).get(status) ?? "Unknown";

/** By number. @source google.golang.org/grpc/codes */
export const CODES: readonly string[] = [
  "OK",
  "Canceled",
  "Unknown",
  "InvalidArgument",
  "DeadlineExceeded",
  "NotFound",
  "AlreadyExists",
  "PermissionDenied",
  "ResourceExhausted",
  "FailedPrecondition",
  "Aborted",
  "OutOfRange",
  "Unimplemented",
  "Internal",
  "Unavailable",
  "DataLoss",
  "Unauthenticated",
];
