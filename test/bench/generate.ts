/** Meshes for benches: the calls of `graph.ts`, and on every service versions, routes and here and there a rule of access. */

import { Random } from "../generate/random.ts";
import { generateGraph } from "./graph.ts";

type Plain = Readonly<Record<string, unknown>>;

/** Plain data, as `parseMesh` would get it from JSON. */
export interface GeneratedMesh {
  readonly name: string;
  readonly targets: readonly ["envoy"];
  readonly services: Readonly<Record<string, Plain>>;
  readonly routes: Readonly<Record<string, Readonly<Record<string, Plain>>>>;
  readonly gateways: Plain;
}

export const SEED = 20_261;

const SERVICES_PER_NAMESPACE = 20;
const keyOf = (service: number): string => `service-${service}`;

export function generateMesh(size: number, seed: number = SEED): GeneratedMesh {
  const random = new Random(seed);
  const graph = generateGraph(size, random);
  const protocols = graph.map(() => random.pick(["http", "http", "http", "http", "grpc"]));
  const callers = callersOf(graph);
  const services = graph.map((callees, number) => [
    keyOf(number),
    {
      namespace: `team-${Math.floor(number / SERVICES_PER_NAMESPACE)}`,
      ports: { main: { kind: protocols[number], number: 8080 } },
      versions: ["v1", "v2"],
      ...(callees.length === 0 ? {} : { calls: callees.map(keyOf) }),
      ...access(callers[number] ?? [], random),
    },
  ]);
  return {
    name: "generated",
    targets: ["envoy"],
    services: Object.fromEntries(services),
    routes: Object.fromEntries(graph.map((_, number) => [keyOf(number), generateRoutes(random)])),
    gateways: { public: gateway(size) },
  };
}

function callersOf(graph: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const callers: number[][] = graph.map(() => []);
  for (const [caller, callees] of graph.entries()) for (const callee of callees) callers[callee]?.push(caller);
  return callers;
}

/** A third of the services lets just some of its callers write, a tenth closes a path to all of them. */
function access(callers: readonly number[], random: Random): Plain {
  const [caller] = callers;
  const rules = {
    ...(caller !== undefined && random.chance(1 / 3)
      ? { readOnly: { kind: "allow", from: [keyOf(caller)], methods: ["GET", "HEAD"] } }
      : {}),
    ...(random.chance(1 / 10) ? { noAdmin: { kind: "deny", paths: [{ kind: "path-prefix", path: "/admin" }] } } : {}),
  };
  return Object.keys(rules).length === 0 ? {} : { access: rules };
}

/** Two to ten: one for everything, the others each below a path of their own. */
function generateRoutes(random: Random): Readonly<Record<string, Plain>> {
  const count = 1 + random.below(9);
  const routes: Record<string, Plain> = { rest: { to: { v1: 90, v2: 10 }, ...policies(random) } };
  for (let number = 1; number <= count; number++) {
    routes[`part-${number}`] = { when: conditions(number, random), to: random.pick(["v1", "v2"]), ...policies(random) };
  }
  return routes;
}

function conditions(number: number, random: Random): readonly Plain[] {
  const path = { kind: random.pick(["path-prefix", "path-prefix", "path-exact"]), path: `/api/part-${number}` };
  return [
    path,
    ...(random.chance(0.3) ? [{ kind: "method", methods: ["GET", "POST"] }] : []),
    ...(random.chance(0.3) ? [{ kind: "header-exact", name: "x-tenant", value: `tenant-${random.below(50)}` }] : []),
  ];
}

const policies = (random: Random): Plain => ({
  ...(random.chance(0.5) ? { timeout: `${random.pick([300, 500, 2_000])}ms` } : {}),
  ...(random.chance(0.3) ? { retries: { attempts: 3, on: ["5xx", "connect-failure"] } } : {}),
  ...(random.chance(0.2) ? { headers: { request: { set: { "x-part": `p${random.below(10)}` } } } } : {}),
  ...(random.chance(0.05) ? { fault: { abort: { status: 503, percent: "1%" } } } : {}),
});

/** One way in, to at most ten services. */
const gateway = (size: number): Plain => ({
  namespace: "edge",
  listeners: { http: { kind: "http", port: 80, hosts: ["shop.example.com"] } },
  routes: Object.fromEntries(
    Array.from({ length: Math.min(10, size) }, (_, number) => [
      `to-${number}`,
      {
        to: { kind: "service", service: keyOf(number), versions: { v1: 1 } },
        when: [{ kind: "path-prefix", path: `/${number}` }],
      },
    ]),
  ),
});
