/** What the caller gets in the end from a backend that fails or is slow: tries, timeouts, the last answer. */
import { isRetried, type Try } from "../capabilities/retries/simulate.ts";
import type { BackendAnswer } from "./request.ts";
import type { Plan } from "./verdict.ts";

export interface Answer {
  readonly status: number;
  /** How often the backend was asked. */
  readonly tries: number;
}

const TIMED_OUT = 504;
/** The callee's own proxy answers in the place of a workload that breaks off. */
const BROKEN_OFF = 503;

/** The waits between tries are random and short; they are not counted against the timeout. */
export function answerOf(plan: Plan, answers: readonly BackendAnswer[]): Answer {
  const most = plan.retries?.attempts ?? 0;
  let elapsed = 0;
  for (let tries = 1; ; tries++) {
    const { took, seen } = tryOnce(answers[Math.min(tries, answers.length) - 1], plan.perTry);
    elapsed += took;
    if (plan.timeout !== null && elapsed >= plan.timeout) return { status: TIMED_OUT, tries };
    const again = plan.retries !== undefined && tries <= most && isRetried(plan.retries, seen);
    if (!again) return { status: seen.kind === "answer" ? seen.status : TIMED_OUT, tries };
  }
}

function tryOnce(answer: BackendAnswer | undefined, perTry: Plan["perTry"]): { took: number; seen: Try } {
  if (answer === undefined) return { took: 0, seen: { kind: "answer", status: 200 } };
  if (answer.kind === "reset") return { took: 0, seen: { kind: "answer", status: BROKEN_OFF } };
  const { status, grpcStatus, after = 0 } = answer;
  if (perTry !== undefined && after >= perTry) return { took: perTry, seen: { kind: "try-timeout" } };
  return { took: after, seen: { kind: "answer", status, grpcStatus } };
}
