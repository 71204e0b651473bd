/** Random meshes that compile, over all slices: what the properties are asked of. */
import fc from "fast-check";

type Plain = Record<string, unknown>;

const HTTP_KINDS = ["http", "http2", "grpc"] as const;
const VERSIONS = ["v1", "v2", "v3"];
const PATHS = ["/", "/a", "/a/b", "/cart", "/v1.2/x", "/%20x"];
const HEADERS = ["x-beta", "x-user", "accept-language"];
/** Values that a careless builder would break on. */
const VALUES = [
  "1",
  "a b",
  '"quoted"',
  "100%",
  "%REQ(:PATH)%",
  "${x}",
  "\\1",
  "{{x}}",
  "<!--",
  "'; --",
  "__proto__",
  "constructor",
];

const duration = fc.integer({ min: 1, max: 5_000 }).map((count) => `${count}ms`);
const share = fc.integer({ min: 1, max: 100 }).map((part) => `${part}%`);
const value = fc.constantFrom(...VALUES);
const path = fc.constantFrom(...PATHS);
const some = <T>(items: readonly T[]) => fc.subarray([...items], { minLength: 1 });

const condition = fc.oneof(
  path.map((at) => ({ kind: "path-exact", path: at })),
  path.map((at) => ({ kind: "path-prefix", path: at })),
  some(["GET", "POST", "DELETE"]).map((methods) => ({ kind: "method", methods })),
  fc.record({ kind: fc.constantFrom("header-exact", "header-prefix"), name: fc.constantFrom(...HEADERS), value }),
  fc.record({
    kind: fc.constant("header-regex"),
    name: fc.constantFrom(...HEADERS),
    regex: fc.constantFrom("a+", "x.*", "[0-9]{2}"),
  }),
  fc.record({ kind: fc.constantFrom("header-present", "header-absent"), name: fc.constantFrom(...HEADERS) }),
  fc.record({ kind: fc.constant("query-exact"), name: fc.constantFrom("q", "debug"), value }),
  fc.record({ kind: fc.constant("cookie-exact"), name: fc.constant("session"), value: fc.constant("test") }),
);

/** One of each family at most: a second one is an error. */
const when = fc.uniqueArray(condition, {
  maxLength: 3,
  selector: ({ kind, ...rest }) =>
    kind.startsWith("path") ? "path" : "name" in rest ? `${kind.split("-")[0]} ${rest.name}` : kind,
});

const policies = fc.record(
  {
    timeout: duration.map((text) => `${Number.parseInt(text, 10) + 5_000}ms`),
    perTryTimeout: duration,
    retries: fc.record(
      { attempts: fc.integer({ min: 1, max: 5 }), on: some(["5xx", "reset", "connect-failure"]) },
      { requiredKeys: ["on"] },
    ),
    fault: fc.record({ abort: fc.record({ status: fc.integer({ min: 400, max: 599 }), percent: share }) }),
    headers: fc.record({
      request: fc.record({ set: fc.dictionary(fc.constantFrom(...HEADERS), value, { minKeys: 1, maxKeys: 2 }) }),
    }),
  },
  { requiredKeys: [] },
);

/** A priority of its own for each route: no two can tie. */
const routes = (versions: readonly string[]) =>
  fc.array(fc.record({ when, policies, to: fc.constantFrom(undefined, ...versions) }), { maxLength: 4 }).map((list) =>
    Object.fromEntries(
      list.map(({ when: conditions, policies: own, to }, index) => [
        `r${index}`,
        {
          ...(conditions.length > 0 ? { when: conditions } : {}),
          priority: index,
          ...own,
          ...(to === undefined ? {} : { to }),
        },
      ]),
    ),
  );

const access = fc.dictionary(
  fc.constantFrom("rule", "readOnly", "constructor"),
  fc.record(
    {
      kind: fc.constantFrom("allow", "deny"),
      methods: some(["GET", "POST"]),
      paths: fc.array(
        path.map((at) => ({ kind: "path-prefix", path: at })),
        { minLength: 1, maxLength: 2 },
      ),
    },
    { requiredKeys: ["kind"] },
  ),
  { maxKeys: 2 },
);

/** Two to six services; everybody's calls go to a subset of the others. */
export const arbitraryMesh: fc.Arbitrary<{ services: Record<string, Plain>; routes: Record<string, Plain> } & Plain> =
  fc.integer({ min: 2, max: 6 }).chain((count) => {
    const keys = Array.from({ length: count }, (_, index) => `s${index}`);
    const service = (key: string) =>
      fc.record({
        kind: fc.constantFrom(...HTTP_KINDS, "tcp"),
        versions: fc.subarray(VERSIONS),
        calls: fc.subarray(keys.filter((other) => other !== key)),
        access,
        namespace: fc.constantFrom(undefined, "other"),
        plaintext: fc.boolean(),
      });
    return fc.record(Object.fromEntries(keys.map((key) => [key, service(key)]))).chain((drafts) => {
      const entries = Object.entries(drafts);
      const services = Object.fromEntries(entries.map(([key, draft]) => [key, serviceOf(draft)]));
      const withRoutes = entries
        .filter(([, { kind }]) => kind !== "tcp")
        .map(([key, { versions }]) => [key, routes(versions)] as const);
      const external = { outside: { host: "api.example.com", ports: { https: { kind: "http", number: 443 } } } };
      return fc.record(Object.fromEntries(withRoutes)).map((ownRoutes) => ({
        name: "any",
        targets: ["envoy"],
        services,
        routes: ownRoutes as Record<string, Plain>,
        externals: external,
      }));
    });
  });

function serviceOf({
  kind,
  versions,
  calls,
  access: rules,
  namespace,
  plaintext,
}: {
  kind: string;
  versions: string[];
  calls: string[];
  access: Record<string, Plain>;
  namespace: string | undefined;
  plaintext: boolean;
}): Plain {
  const rulesHere = kind === "tcp" ? {} : rules;
  return {
    ports: { main: { kind, number: 8_080 } },
    calls: [...calls, "outside"],
    access: rulesHere,
    ...(versions.length > 0 ? { versions } : {}),
    ...(namespace === undefined ? {} : { namespace }),
    ...(plaintext ? { mtls: { kind: "permissive", until: "2027-01-31" } } : {}),
  };
}
