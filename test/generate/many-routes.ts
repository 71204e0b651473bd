/**
 * A thousand services with more than ten thousand routes, as plain data. How many each has is drawn, and what they ask for and do; one
 * service has thousands, about as many as one object of an API server holds.
 */
import type { Random } from "./random.ts";

type Plain = Readonly<Record<string, unknown>>;

export interface ManyRoutes extends Plain {
  readonly routes: Readonly<Record<string, Plain>>;
}

const SERVICES = 1_000;
/** Of each service but one. With those of that one they are more than ten thousand. */
const MOST_ROUTES = 19;
const LEAST_OF_LARGEST = 1_500;
const MOST_OF_LARGEST = 4_500;
const PER_NAMESPACE = 40;

export function manyRoutes(random: Random): ManyRoutes {
  const numbers = Array.from({ length: SERVICES }, (_, number) => number);
  const largest = random.below(SERVICES);
  const countOf = (number: number) =>
    number === largest
      ? LEAST_OF_LARGEST + random.below(MOST_OF_LARGEST - LEAST_OF_LARGEST)
      : random.below(MOST_ROUTES) + 1;
  return {
    name: "many",
    targets: ["istio"],
    services: Object.fromEntries(numbers.map((number) => [keyOf(number), service(number, random)])),
    routes: Object.fromEntries(numbers.map((number) => [keyOf(number), routes(countOf(number), random)])),
  };
}

const keyOf = (number: number): string => `s${number % SERVICES}`;

/** Each has a caller: routes to a service that nobody calls are nobody's. */
const service = (number: number, random: Random): Plain => ({
  namespace: `n${Math.floor(number / PER_NAMESPACE)}`,
  ports: { main: { kind: random.pick(["http", "http2", "grpc"]), number: 8080 } },
  versions: ["v1", "v2"],
  calls: [keyOf(number + 1), ...(random.chance(0.3) ? [keyOf(number + 2 + random.below(SERVICES - 2))] : [])],
});

const routes = (count: number, random: Random): Plain =>
  Object.fromEntries(Array.from({ length: count }, (_, number) => [`part-${number}`, route(number, random)]));

/** Each has a path of its own, so no two tie; of every ten one may be a regex, since priorities end at 1,000. */
const route = (number: number, random: Random): Plain => ({
  ...(number % 10 === 0 && random.chance(0.5)
    ? { when: [{ kind: "path-regex", regex: `/part/${number}/[a-z]+` }], priority: number / 10 + 1 }
    : { when: [{ kind: random.pick(["path-prefix", "path-exact"]), path: `/part/${number}` }, ...conditions(random)] }),
  ...random.among<Plain>(
    [4, () => ({ to: random.pick(["v1", "v2"]), ...policies(random) })],
    [4, () => ({ to: { v1: 100 - random.below(100), v2: 1 + random.below(99) }, ...policies(random) })],
    [1, () => ({ redirect: { scheme: "https", host: `host-${random.below(100)}.example.com` } })],
    [1, () => ({ respond: { status: 400 + random.below(100), body: "x".repeat(1 + random.below(200)) } })],
  ),
});

const conditions = (random: Random): readonly Plain[] =>
  [
    () => ({ kind: "method", methods: random.shuffled(["GET", "POST", "PUT", "DELETE"]).slice(random.below(4)) }),
    () => ({ kind: "header-exact", name: "x-tenant", value: `tenant-${random.below(1_000)}` }),
    () => ({ kind: "header-regex", name: "x-build", regex: `b[0-9]{${1 + random.below(9)}}` }),
    () => ({ kind: "header-absent", name: `x-not-${random.below(10)}` }),
    () => ({ kind: "query-exact", name: "page", value: String(random.below(100)) }),
    () => ({ kind: "cookie-exact", name: "session", value: `s${random.below(1_000)}` }),
  ].flatMap((draw): readonly Plain[] => (random.chance(0.25) ? [draw()] : []));

const policies = (random: Random): Plain => ({
  ...random.maybe<Plain>(0.5, () => ({ timeout: `${1 + random.below(30)}s` })),
  ...random.maybe<Plain>(0.3, () => ({
    retries: { attempts: 1 + random.below(3), on: ["5xx"], methods: ["GET", "PUT"] },
  })),
  ...random.maybe<Plain>(0.2, () => ({ headers: { request: { set: { "x-part": `p${random.below(10)}` } } } })),
  ...random.maybe<Plain>(0.1, () => ({ fault: { delay: { for: `${1 + random.below(9)}s`, percent: "1%" } } })),
});
