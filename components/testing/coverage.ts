/** Which routes and access rules the tests of a mesh exercised: those that decided a request about which something was expected. */
import { DECLARED_CALLS } from "../capabilities/access/ir.ts";
import type { MeshIr } from "../ir/mesh-ir.ts";
import type { Verdict } from "../simulate/verdict.ts";
import { formatPath, type ModelPath } from "../values/model-path.ts";

export interface Coverage {
  readonly mesh: string;
  readonly environment: string;
  /** Requests about which something was expected. */
  readonly requests: number;
  readonly routes: readonly Covered[];
  readonly rules: readonly Covered[];
}

export interface Covered {
  /** Where it stands: `routes.reviews.beta`, `services.reviews.access.readOnly`. */
  readonly at: string;
  /** How many requests it decided. */
  readonly requests: number;
}

/** Shares that must be exercised. @unit percent @default 100 */
export interface LeastCoverage {
  readonly routes?: number | undefined;
  readonly rules?: number | undefined;
}

export class CoverageCount {
  readonly #ir: MeshIr;
  readonly #counts = new Map<string, number>();
  readonly #seen = new WeakSet<Verdict>();
  #requests = 0;

  constructor(ir: MeshIr) {
    this.#ir = ir;
  }

  /** A request counts once, however much is expected of it. */
  add(verdict: Verdict): void {
    if (this.#seen.has(verdict)) return;
    this.#seen.add(verdict);
    this.#requests++;
    for (const at of new Set(decidersOf(verdict).map(formatPath)))
      this.#counts.set(at, (this.#counts.get(at) ?? 0) + 1);
  }

  report(): Coverage {
    const counted = (places: readonly string[]): readonly Covered[] =>
      [...new Set(places)].map((at) => ({ at, requests: this.#counts.get(at) ?? 0 }));
    const { name, environment } = this.#ir;
    const [routes, rules] = [counted(routesOf(this.#ir)), counted(rulesOf(this.#ir))];
    return { mesh: name, environment, requests: this.#requests, routes, rules };
  }
}

/** The route, and each rule that let a part of the request in, or refused it or would. */
function decidersOf({ route, outcome }: Verdict): readonly ModelPath[] {
  const arrivals = outcome.kind === "forward" ? outcome.destinations.map(({ arrival }) => arrival) : [outcome];
  const rules = arrivals.flatMap((arrival) => {
    const by = arrival.kind === "delivered" ? arrival.by : arrival;
    return (by.kind === "rule" || by.kind === "audit" || by.kind === "denied") && by.path !== undefined
      ? [by.path]
      : [];
  });
  return route === undefined ? rules : [route.path, ...rules];
}

/** Those that somebody wrote: what goes on as it is stands at the service itself. */
const routesOf = ({ services, gateways }: MeshIr): readonly string[] =>
  [...services.flatMap(({ routes }) => routes), ...gateways.flatMap(({ hosts }) => hosts)]
    .flatMap(({ routes }) => routes)
    .filter(({ path }) => path[0] !== "services")
    .map(({ path }) => formatPath(path));

const rulesOf = ({ services }: MeshIr): readonly string[] =>
  services
    .flatMap(({ access }) => access.ports)
    .flatMap(({ deny, allow }) => [...deny, ...allow])
    .filter(({ name }) => name !== DECLARED_CALLS)
    .map(({ path }) => formatPath(path));

/** What is exercised less than it must be. */
export const isBelow = ({ routes, rules }: Coverage, least: LeastCoverage): boolean =>
  shareOf(routes) < (least.routes ?? 100) || shareOf(rules) < (least.rules ?? 100);

const covered = (items: readonly Covered[]): number => items.filter(({ requests }) => requests > 0).length;

const shareOf = (items: readonly Covered[]): number =>
  items.length === 0 ? 100 : (100 * covered(items)) / items.length;

/** As tools that measure coverage print it: shares, and what is missing. */
export function formatCoverage({ mesh, environment, requests, routes, rules }: Coverage): string {
  const rows = Object.entries({ routes, "access rules": rules }).map(
    ([label, items]) =>
      `  ${label.padEnd(12)}  ${`${covered(items)} of ${items.length}`.padStart(10)}  ${shareOf(items).toFixed(1).padStart(5)} %`,
  );
  const missing = [...routes, ...rules].filter((item) => item.requests === 0).map(({ at }) => `  ${at}`);
  const where = environment === "default" ? mesh : `${mesh}, ${environment}`;
  return [
    `coverage of ${where} by ${requests} requests`,
    ...rows,
    ...(missing.length === 0 ? [] : ["exercised by no test", ...missing]),
    "",
  ].join("\n");
}
