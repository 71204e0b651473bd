/** Which routes a proof aims at most, and how workloads answer there. */
import type { RouteIr } from "../../../components/ir/mesh-ir.ts";
import type { BackendAnswer } from "../../../components/simulate/request.ts";
import type { Milliseconds } from "../../../components/values/duration.ts";
import type { Random } from "../../generate/random.ts";
import type { HeaderLines } from "./ask.ts";

/** Later than every timeout of a busy mesh. @unit milliseconds */
export const FAR_TOO_LATE = 3_000 as Milliseconds;
const SOON = 5 as Milliseconds;

/** How often a route is aimed at: the last one matches everything, and what is aimed at others often ends there anyway. */
export function interestOf(route: RouteIr): number {
  if (route.name === "otherwise") return 1;
  return (
    3 + (isRetried(route) ? 6 : 0) + (isCut(route) ? 6 : 0) + ((route.split?.destinations.length ?? 0) > 1 ? 4 : 0)
  );
}

/** Is an answer of a workload ever a reason to ask again? */
export const isRetried = ({ retries: { attempts, on, statuses } }: RouteIr): boolean =>
  attempts > 0 && (statuses.length > 0 || on.includes("5xx") || on.includes("gateway-error"));

/** Does somebody stop waiting for a workload that is far too late? */
const isCut = ({ timeouts, retries: { attempts } }: RouteIr): boolean =>
  Math.min(timeouts.request ?? FAR_TOO_LATE, (attempts > 0 ? timeouts.perTry : undefined) ?? FAR_TOO_LATE) <
  FAR_TOO_LATE / 2;

/** Failures, mostly where the route says what comes of them; slow answers only where somebody stops waiting. */
export function drawAnswers(dice: Random, route: RouteIr): readonly BackendAnswer[] | undefined {
  const { statuses } = route.retries;
  const [again, cut] = [isRetried(route), isCut(route)];
  if (!dice.chance(again || cut ? 0.6 : 0.15)) return undefined;
  const answer = (): BackendAnswer =>
    dice.among<BackendAnswer>(
      [again ? 8 : 3, () => ({ kind: "status", status: dice.pick([500, 502, 503, 504, 599]) })],
      [statuses.length > 0 ? 8 : 0, () => ({ kind: "status", status: dice.pick(statuses) })],
      [2, () => ({ kind: "status", status: dice.pick([200, 201, 301, 400, 404, 409, 418, 429]) })],
      [2, () => ({ kind: "status", status: 200, grpcStatus: dice.pick([0, 1, 4, 8, 13, 14]) })],
      [2, () => ({ kind: "reset" })],
      [cut ? 4 : 0, () => ({ kind: "status", status: 200, after: FAR_TOO_LATE })],
      [1, () => ({ kind: "status", status: 200, after: SOON })],
    );
  return Array.from({ length: 1 + dice.below(4) }, answer);
}

/** Headers that the route's own changes then meet. */
export function drawCarried(dice: Random, route: RouteIr | undefined): HeaderLines {
  const changes = route?.headers?.response;
  const names = [...(changes?.set ?? []), ...(changes?.add ?? [])]
    .map(({ name }) => name)
    .concat(changes?.remove ?? []);
  const touched = names
    .filter(() => dice.chance(0.6))
    .flatMap((name): [string, string][] => {
      const lines: [string, string][] = [[name, "from the workload"]];
      return dice.chance(0.4) ? [...lines, [name.toUpperCase(), "twice"]] : lines;
    });
  return dice.chance(0.2) ? [...touched, ["x-other", "a"], ["x-other", ""]] : touched;
}
