/** What a proof prints. */
import type { Disagreement, ProofReport } from "./prove.ts";

export function formatReport({
  meshes,
  decisions,
  disagreements,
  askedAgain,
  slices,
  outcomes,
  chances,
}: ProofReport): string {
  const row = ([name, count]: readonly [string, number]) => `  ${String(count).padStart(9)}  ${name}`;
  const sorted = [...outcomes].sort(([, a], [, b]) => b - a);
  return [
    `${decisions - disagreements.length} of ${decisions} decisions equal, over ${meshes} meshes; ${disagreements.length} disagreements`,
    `asked again, alone, since the machine was slow: ${askedAgain}`,
    "decided by slice:",
    ...[...slices].map(row),
    "ended as:",
    ...sorted.map(row),
    `chances: ${chances.tests} places with ${chances.draws} draws; all together ${chances.sum.toFixed(2)} standard deviations, the worst ${chances.worst.deviation.toFixed(2)} (${chances.worst.what})`,
  ].join("\n");
}

export function formatDisagreement({ spec, ask, verdict, seen, differences }: Disagreement): string {
  return [
    ...differences,
    `  mesh     ${asText(spec)}`,
    `  asked    ${asText(ask)}`,
    `  verdict  ${asText(verdict)}`,
    `  answer   ${asText(seen.answer)}`,
    `  arrived  ${asText(seen.arrived)}`,
  ].join("\n");
}

const asText = (value: unknown): string =>
  JSON.stringify(value, (_key, child: unknown) => (child instanceof Map ? Object.fromEntries(child) : child));
