/**
 * Decisions of the simulator a second on one core, at 10 to 10,000 routes of one host: beside an empty loop over the same requests,
 * and beside the processor time of an Envoy that answers the same requests. `node test/bench/main.ts simulate`
 */
import type { SimulatedRequest } from "../../components/simulate/request.ts";
import { compile, Simulator } from "./built.ts";
import { envoyForBench } from "./envoy.ts";
import { costAtEnvoy } from "./simulate-envoy.ts";
import { minimum } from "./summary.ts";

const SIZES = [10, 100, 1_000, 10_000] as const;
/** Few: what the size of the table alone costs. Many: each meets another route, and the memory of the machine shows. */
const REQUESTS = [10, 1_000] as const;
/** Decisions of a round. */
const ROUND = 1_000;
/** The sizes take turns, so that what others do on the machine meets all of them; of a turn's rounds the first finds cold caches. */
const TURNS = 30;
const ROUNDS = 6;
const GOAL = 1_000_000;
const APART = 1.2;

/** What tells the routes of a table apart. */
const KINDS = {
  path: {
    when: (index: number) => ({ kind: "path-exact", path: `/items/${index}` }),
    message: (index: number) => ({ path: `/items/${index}`, header: "any" }),
  },
  prefix: {
    when: (index: number) => ({ kind: "path-prefix", path: `/items/${index}` }),
    message: (index: number) => ({ path: `/items/${index}/parts`, header: "any" }),
  },
  header: {
    when: (index: number) => ({ kind: "header-exact", name: "x-tenant", value: `tenant-${index}` }),
    message: (index: number) => ({ path: "/items", header: `tenant-${index}` }),
  },
} as const;

type Kind = keyof typeof KINDS;

export async function benchSimulate(): Promise<readonly string[]> {
  const lines = (Object.keys(KINDS) as Kind[]).flatMap((kind) => REQUESTS.flatMap((count) => linesOf(kind, count)));
  return [...lines, ...(await besideEnvoy())];
}

function linesOf(kind: Kind, count: number): readonly string[] {
  const costs = costsOf(kind, count);
  const all = costs.map(({ decision }) => decision);
  const apart = Math.max(...all) / Math.min(...all);
  return [
    `by ${kind}, ${count} different requests`,
    ...costs.map(
      ({ size, decision, loop }) =>
        `  ${size} routes: ${perSecond(decision)} decisions a second, ${decision.toFixed(0)} ns each (an empty loop ${loop.toFixed(1)} ns), ratio to goal ${(1e9 / decision / GOAL).toFixed(2)} (goal ${perSecond(1_000)})`,
    ),
    `  dearest against cheapest ${apart.toFixed(2)}, ratio to goal ${(apart / APART).toFixed(2)} (goal ${APART})`,
  ];
}

const perSecond = (nanoseconds: number): string => Math.round(1e9 / nanoseconds).toLocaleString("en");

interface Cost {
  readonly size: number;
  readonly decision: number;
  readonly loop: number;
}

/** @unit nanoseconds, the least of all rounds: others are at work on the machine */
function costsOf(kind: Kind, count: number): readonly Cost[] {
  const subjects = SIZES.map((size) => subjectOf(kind, size, count));
  const turns = Array.from({ length: TURNS }, () => subjects.map(costOf));
  return SIZES.map((size, index) => ({
    size,
    decision: minimum(turns.map((turn) => turn[index]?.decision ?? Number.NaN)),
    loop: minimum(turns.map((turn) => turn[index]?.loop ?? Number.NaN)),
  }));
}

interface Subject {
  readonly simulator: InstanceType<typeof Simulator>;
  readonly requests: readonly SimulatedRequest[];
}

function subjectOf(kind: Kind, size: number, count: number): Subject {
  const ir = meshOf(kind, size);
  const simulator = new Simulator(ir);
  const requests = requestsFor(kind, size, count, ir.services.find(({ key }) => key === "web")?.id as never);
  for (const [index, request] of requests.entries()) {
    const { route } = simulator.decide(request);
    if (route?.name !== `r${routeOf(index, size)}`) throw new Error(`request ${index} met route ${route?.name}`);
  }
  return { simulator, requests };
}

function costOf({ simulator, requests }: Subject): Omit<Cost, "size"> {
  return {
    decision: leastOf(requests, (request) => simulator.decide(request).outcome.kind.length),
    loop: leastOf(requests, ({ message }) => message?.path.length ?? 0),
  };
}

function leastOf(requests: readonly SimulatedRequest[], work: (request: SimulatedRequest) => number): number {
  let sink = 0;
  const rounds = Array.from({ length: ROUNDS }, () => {
    const started = performance.now();
    for (let done = 0; done < ROUND; done += requests.length) for (const request of requests) sink += work(request);
    return ((performance.now() - started) / ROUND) * 1e6;
  });
  if (sink === 0) throw new Error("nothing was decided");
  return minimum(rounds);
}

/** A stride without a common divisor: neighbours in the list are strangers in the table. */
const routeOf = (index: number, size: number): number => (index * 7_919) % size;

const requestsFor = (kind: Kind, size: number, count: number, service: never): readonly SimulatedRequest[] =>
  Array.from({ length: count }, (_, index) => {
    const { path, header } = KINDS[kind].message(routeOf(index, size));
    const headers = new Map([
      ["accept", ["*/*"]],
      ["x-tenant", [header]],
    ]);
    return {
      from: { kind: "service", service },
      message: { method: "GET", authority: "reviews", path, query: "", headers },
    };
  });

/** A hundred different things to do: routes of one host are not all alike, nor is each unlike all others. */
const doesOf = (index: number) => ({ to: index % 2 === 0 ? "v1" : "v2", timeout: `${1_000 + 20 * (index % 50)}ms` });

function meshOf(kind: Kind, size: number) {
  const routes = Array.from({ length: size }, (_, index) => [
    `r${index}`,
    { when: KINDS[kind].when(index), ...doesOf(index) },
  ]);
  const { ir, diagnostics } = compile({
    name: "bench",
    targets: ["envoy"],
    services: {
      web: { ports: { http: { kind: "http", number: 80 } }, calls: ["reviews"] },
      reviews: { ports: { http: { kind: "http", number: 9_080 } }, versions: ["v1", "v2"] },
    },
    routes: { reviews: Object.fromEntries(routes) },
  });
  if (ir === undefined || diagnostics.some(({ severity }) => severity === "error"))
    throw new Error(`the bench's own mesh does not compile: ${JSON.stringify(diagnostics[0])}`);
  return ir;
}

// --- beside Envoy ----------------------------------------------------------------------------------------------------

const AT_ENVOY = [10, 1_000] as const;

async function besideEnvoy(): Promise<readonly string[]> {
  const envoy = await envoyForBench().catch((error: Error) => error);
  if (envoy instanceof Error) return [envoy.message];
  const lines: string[] = [];
  for (const kind of ["path", "header"] as const)
    for (const size of AT_ENVOY) {
      const ir = meshOf(kind, size);
      const requests = requestsFor(kind, size, ROUND, ir.services.find(({ key }) => key === "web")?.id as never);
      const microseconds = await costAtEnvoy(envoy, ir, requests);
      lines.push(
        `${kind}, ${size} routes: the caller's Envoy takes ${microseconds.toFixed(0)} µs of processor time for the same requests`,
      );
    }
  return lines;
}
