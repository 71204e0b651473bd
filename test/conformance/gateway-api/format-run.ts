/** Which expectations run, by the features that their tests name, and why others do not. */
import type { Suite } from "./expectation.ts";
import type { Scenario } from "./scenario.ts";

export function formatRun(scenarios: readonly Scenario[], missed: Suite["missed"]): string {
  const running = scenarios.filter(({ outcome }) => outcome.kind === "runs");
  const total = count(scenarios);
  const inScope = missed.filter(({ at }) => /(?:httproute|grpcroute|mesh)[-/]/.test(at));
  return [
    `    ${count(running)} of ${total} expectations run, each through the simulator and through Envoy`,
    ...table(
      "run",
      tally(running, ({ test }) => featuresOf(test.features)),
    ),
    ...table(
      "not run",
      tally(
        scenarios.filter((one) => !running.includes(one)),
        reasonOf,
      ),
    ),
    ...inScope.map(({ at, why }) => `    not read: ${at}: ${why}`),
  ].join("\n");
}

const count = (scenarios: readonly Scenario[]): number =>
  scenarios.reduce((sum, one) => sum + one.expectations.length, 0);

/** The most special feature says what a test is about; the others are there in many. */
const featuresOf = (features: readonly string[]): string =>
  features
    .map((one) => one.replace("features.Support", ""))
    .filter((one) => !/^(?:Gateway|Mesh|HTTPRoute|GRPCRoute|ReferenceGrant)$/.test(one))
    .join(", ") || `core ${features.map((one) => one.replace("features.Support", "")).join(", ")}`;

const reasonOf = ({ outcome }: Scenario): string => (outcome.kind === "not run" ? outcome.feature : "");

function tally(scenarios: readonly Scenario[], of: (one: Scenario) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const one of scenarios) counts.set(of(one), (counts.get(of(one)) ?? 0) + one.expectations.length);
  return counts;
}

const table = (title: string, counts: ReadonlyMap<string, number>): readonly string[] =>
  [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, number]) => `    ${title}: ${String(number).padStart(3)} ${what}`);
