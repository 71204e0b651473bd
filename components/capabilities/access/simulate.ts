/** Access, acted out: one rule that denies is enough; then one must allow. */
import { anyPathCondition, headerCondition, methodCondition } from "../../contract/condition.ts";
import { type Condition, type Message, unknowableIn } from "../../contract/message.ts";
import type { SpiffeId } from "../../values/spiffe-id.ts";
import type { PolicyIr, PortAccessIr } from "./ir.ts";

/** A policy, ready to be asked. */
export interface Policy {
  readonly ir: PolicyIr;
  readonly from: ReadonlySet<SpiffeId> | undefined;
  readonly conditions: readonly Condition[];
  readonly unknowable: string | undefined;
}

export interface PortPolicies {
  readonly deny: readonly Policy[];
  readonly allow: readonly Policy[];
}

export type Access =
  | { readonly kind: "denied"; readonly policy: PolicyIr }
  | { readonly kind: "allowed"; readonly policy: PolicyIr }
  | { readonly kind: "not-allowed" }
  | { readonly kind: "unknown"; readonly reason: string };

export const policiesOf = ({ deny, allow }: PortAccessIr): PortPolicies => ({
  deny: deny.map(policyOf),
  allow: allow.map(policyOf),
});

function policyOf(ir: PolicyIr): Policy {
  const conditions = [
    ...(ir.methods ? [methodCondition(ir.methods)] : []),
    ...(ir.paths ? [anyPathCondition(ir.paths)] : []),
    ...ir.headers.map(headerCondition),
  ];
  return { ir, from: ir.from && new Set(ir.from), conditions, unknowable: unknowableIn(conditions) };
}

/** @param identity who asks; absent without a certificate @param message absent on ports that do not speak HTTP */
export function decideAccess(
  { deny, allow }: PortPolicies,
  identity: SpiffeId | undefined,
  message: Message | undefined,
): Access {
  const denying = firstThat(deny, identity, message);
  if (denying !== undefined) return resultOf("denied", denying);
  const allowing = firstThat(allow, identity, message);
  return allowing === undefined ? { kind: "not-allowed" } : resultOf("allowed", allowing);
}

/** One that holds for certain, else one that may. */
function firstThat(
  policies: readonly Policy[],
  identity: SpiffeId | undefined,
  message: Message | undefined,
): Policy | undefined {
  let possible: Policy | undefined;
  for (const policy of policies) {
    if (!concerns(policy, identity, message)) continue;
    if (policy.unknowable === undefined) return policy;
    possible ??= policy;
  }
  return possible;
}

const resultOf = (kind: "denied" | "allowed", { ir, unknowable }: Policy): Access =>
  unknowable === undefined ? { kind, policy: ir } : { kind: "unknown", reason: unknowable };

export const concerns = (policy: Policy, identity: SpiffeId | undefined, message: Message | undefined): boolean =>
  speaksOf(policy, identity) && unmet(policy, message) === undefined;

export const speaksOf = ({ from }: Policy, identity: SpiffeId | undefined): boolean =>
  from === undefined || (identity !== undefined && from.has(identity));

/** The first condition that fails. */
export const unmet = ({ conditions }: Policy, message: Message | undefined): Condition | undefined =>
  message === undefined ? undefined : conditions.find((condition) => !condition.holds(message, undefined));
