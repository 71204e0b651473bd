/** Retries, acted out: who is tried again, after which answer. */
import type { RetriesIr } from "./ir.ts";

export type Again = Omit<RetriesIr, "methods">;

/** What methods that are tried again get; `undefined` where none is. */
export const triesOf = ({ methods: _, ...again }: RetriesIr): Again | undefined =>
  again.attempts === 0 ? undefined : again;

export const isRepeated = ({ methods }: RetriesIr, method: string): boolean => methods?.includes(method) ?? true;

/** What a try came to: an answer, or what happened instead. */
export type Try =
  | { readonly kind: "answer"; readonly status: number; readonly grpcStatus?: number | undefined }
  /** Longer than `perTry`. */
  | { readonly kind: "try-timeout" };

const GRPC_STATUS = {
  cancelled: 1,
  "deadline-exceeded": 4,
  "resource-exhausted": 8,
  internal: 13,
  unavailable: 14,
} as const;

export function isRetried({ on, statuses }: Again, seen: Try): boolean {
  if (seen.kind === "try-timeout") return on.some((one) => one === "5xx" || one === "gateway-error" || one === "reset");
  return statuses.includes(seen.status) || on.some((one) => fires(one, seen));
}

function fires(condition: RetriesIr["on"][number], { status, grpcStatus }: Extract<Try, { kind: "answer" }>): boolean {
  switch (condition) {
    case "5xx":
      return status >= 500;
    case "gateway-error":
      return status >= 502 && status <= 504;
    case "retriable-4xx":
      return status === 409;
    // The callee's own proxy answers in the place of a workload that breaks off: its caller sees a 503, no broken connection.
    case "connect-failure":
    case "refused-stream":
    case "reset-before-request":
    case "reset":
      return false;
    default:
      return grpcStatus === GRPC_STATUS[condition];
  }
}
