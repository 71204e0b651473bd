/** Why a verdict is as it is: what was looked at, what won, what lost and by which condition. */
import { DECLARED_CALLS } from "../capabilities/access/ir.ts";
import { type Policy, speaksOf, unmet } from "../capabilities/access/simulate.ts";
import { conditionsOf } from "../capabilities/matching/simulate.ts";
import type { Condition, Message } from "../contract/message.ts";
import type { ServiceId } from "../ir/mesh-ir.ts";
import { formatPath, type ModelPath } from "../values/model-path.ts";
import { normalized } from "./normalized.ts";
import type { Asker, SimulatedRequest } from "./request.ts";
import { unmetOf } from "./route-table.ts";
import type { Simulator } from "./simulator.ts";
import type { Arrival, Destination, Verdict } from "./verdict.ts";

export interface Explanation {
  readonly verdict: Verdict;
  /** What the first proxy made of the path and the authority, where that is another spelling. */
  readonly rewritten: readonly { readonly part: "path" | "authority"; readonly from: string; readonly to: string }[];
  /** The routes of the table, in the order in which they are tried. */
  readonly routes: readonly Tried[];
  /** The rules of each place that the request arrives at. */
  readonly access: readonly RulesAt[];
  /** Whom the first proxy knows by name; said where it knows nobody of the name that was asked for. */
  readonly known?: readonly string[];
}

export interface Tried {
  readonly name: string;
  readonly path: ModelPath;
  readonly result: Result;
}

export type Result =
  /** With all that it asks for. */
  | { readonly kind: "won"; readonly because: readonly string[] }
  /** The first of its conditions that does not hold. */
  | { readonly kind: "lost"; readonly because: string }
  /** A rule for other callers. */
  | { readonly kind: "not-meant" }
  /** It fits as well, for all that it asks; what won comes before it. */
  | { readonly kind: "not-asked"; readonly because: readonly string[] };

export interface RulesAt {
  readonly service: ServiceId;
  readonly port: string;
  readonly rules: readonly (Tried & { readonly effect: "allow" | "deny" })[];
}

export function explain(simulator: Simulator, request: SimulatedRequest): Explanation {
  const verdict = simulator.decide(request);
  const side = request.from.kind === "outside" ? "outside" : "mesh";
  const seen = request.message && normalized(request.message, side);
  const message = seen?.kind === "message" ? seen.message : undefined;
  return {
    verdict,
    rewritten: request.message && message ? rewrittenOf(request.message, message) : [],
    routes: message === undefined ? [] : routesTried(simulator, request.from, message, verdict),
    access: arrivalsOf(verdict).map((destination) => rulesAt(simulator, request, destination)),
    ...(isUnknownName(verdict) && { known: simulator.namesKnownTo(request.from) }),
  };
}

const isUnknownName = ({ outcome }: Verdict): boolean => outcome.kind === "no-route" && outcome.reason === "host";

const rewrittenOf = (before: Message, after: Message): Explanation["rewritten"] =>
  (["path", "authority"] as const)
    .filter((part) => before[part] !== after[part])
    .map((part) => ({ part, from: before[part], to: after[part] }));

function routesTried(simulator: Simulator, from: Asker, message: Message, verdict: Verdict): readonly Tried[] {
  const routes = simulator.tableFor(from, message)?.ir.routes ?? [];
  const caller = from.kind === "service" ? from.service : undefined;
  // By where it is written: what a service does without a route has a name that a route may have, too.
  const winner = verdict.route && formatPath(verdict.route.path);
  return routes.map(({ name, path, matching }): Tried => {
    const conditions = conditionsOf(matching);
    const won = formatPath(path) === winner;
    return { name, path, result: resultOf(conditions, won, unmetOf(conditions, message, caller)) };
  });
}

/** Where requests arrive at a service of the mesh, each place once. */
function arrivalsOf({ outcome }: Verdict): readonly Destination[] {
  if (outcome.kind !== "forward") return [];
  const places = new Map(outcome.destinations.map((one) => [`${one.service} ${one.port}`, one]));
  return [...places.values()].filter(({ arrival }) => arrival.kind === "delivered" || arrival.kind === "denied");
}

function rulesAt(simulator: Simulator, request: SimulatedRequest, { service, port, arrival }: Destination): RulesAt {
  const inbound = simulator.inboundPort(service as ServiceId, port);
  const identity = simulator.identityOf(request.from);
  const message = arrival.kind === "delivered" || arrival.kind === "denied" ? arrival.message : undefined;
  const winner = winnerOf(arrival);
  const tried = (effect: "allow" | "deny") => (policy: Policy) => ({
    name: policy.ir.name,
    path: policy.ir.path,
    effect,
    result: speaksOf(policy, identity)
      ? resultOf(policy.conditions, policy.ir.name === winner, unmet(policy, message))
      : NOT_MEANT,
  });
  const rules = [
    ...(inbound?.policies.deny ?? []).map(tried("deny")),
    ...(inbound?.policies.allow ?? []).map(tried("allow")),
  ];
  return { service: service as ServiceId, port, rules };
}

function winnerOf(arrival: Arrival): string | undefined {
  if (arrival.kind === "denied") return arrival.rule;
  if (arrival.kind !== "delivered") return undefined;
  return arrival.by.kind === "rule" || arrival.by.kind === "audit" ? arrival.by.rule : DECLARED_CALLS;
}

const NOT_MEANT: Result = { kind: "not-meant" };

function resultOf(conditions: readonly Condition[], won: boolean, failed: Condition | undefined): Result {
  if (!won && failed !== undefined) return { kind: "lost", because: failed.text };
  return { kind: won ? "won" : "not-asked", because: conditions.map(({ text }) => text) };
}
