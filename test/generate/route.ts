/** Routes: every field that a route can have, together only where the field's checks allow it. */
import fc from "fast-check";
import { aborts, BODILESS, type Manner } from "./manner.ts";
import { anyText, headerValue, key, method, path, pathRegex, queryValue, regex, seenPath, token } from "./texts.ts";

type Draw = fc.GeneratorValue;
export type Data = { [key: string]: unknown };

/** Where a route may send requests: other services' ports that speak HTTP. */
export interface Destination {
  readonly service: string;
  readonly ports: readonly string[];
  readonly versions: readonly string[];
}

export interface RouteOwner {
  /** The service's own versions; absent at a gateway. */
  readonly versions?: readonly string[];
  readonly ports: readonly string[];
  readonly others: readonly Destination[];
  /** Who may be asked for by `calledBy`. */
  readonly callers: readonly string[];
  readonly hosts?: readonly string[];
  /** What a request can be addressed to. */
  readonly authorities: readonly string[];
  readonly manner: Manner;
}

const maybe = <T>(draw: Draw, arbitrary: () => fc.Arbitrary<T>): T | undefined =>
  draw(() => fc.option(arbitrary(), { nil: undefined }));
export const without = (fields: Data): Data =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
const pick = <T>(draw: Draw, ...items: readonly T[]): T => draw(() => fc.constantFrom(...items));

/** Routes by name. Each has a priority of its own, or a path that no other has: so no two tie. */
export function drawRoutes(draw: Draw, owner: RouteOwner): Data {
  const names = draw(() => fc.uniqueArray(key, owner.manner.routes));
  return Object.fromEntries(names.map((name, index) => [name, drawRoute(draw, owner, index)]));
}

function drawRoute(draw: Draw, owner: RouteOwner, index: number): Data {
  const ownPath = pick(draw, true, false);
  const matchedPath = ownPath ? pathOnly(draw, index) : maybe(draw, () => anyPath);
  const action = pick(draw, "forward", "forward", "forward", "redirect", "respond");
  const isPrefix = matchedPath?.kind === "path-prefix";
  return without({
    when: conditions(draw, owner, matchedPath),
    priority: ownPath ? undefined : index + 1,
    port: owner.versions && maybe(draw, () => fc.constantFrom(...owner.ports)),
    hosts: owner.hosts && maybe(draw, () => fc.subarray([...(owner.hosts ?? [])], { minLength: 1 })),
    headers: maybe(draw, () => headerChanges),
    ...(action === "forward" ? forward(draw, owner, isPrefix) : {}),
    ...(action === "redirect" ? { redirect: redirect(draw, isPrefix) } : {}),
    ...(action === "respond" ? { respond: draw(() => response) } : {}),
  });
}

// --- matching ------------------------------------------------------------------------------------------------------

const pathOnly = (draw: Draw, index: number): Data => ({
  kind: pick(draw, "path-exact", "path-prefix"),
  path: `${draw(() => seenPath)}/${index}`,
});

const anyPath: fc.Arbitrary<Data> = fc.oneof(
  fc.record({ kind: fc.constantFrom("path-exact", "path-prefix"), path: seenPath }),
  fc.record({ kind: fc.constant("path-regex"), regex: fc.oneof(regex, pathRegex) }),
);

const named = (kind: string, name: fc.Arbitrary<string>, rest: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record({ kind: fc.constant(kind), name, ...rest }) as fc.Arbitrary<Data>;

const condition = (authorities: readonly string[]): fc.Arbitrary<Data> =>
  fc.oneof(
    fc.record({
      kind: fc.constant("method"),
      methods: fc.uniqueArray(method, { minLength: 1, maxLength: 3 }),
    }) as fc.Arbitrary<Data>,
    named("header-exact", token, { value: headerValue }),
    named("header-prefix", token, { value: headerValue }),
    named("header-regex", token, { regex }),
    named("header-present", token, {}),
    named("header-absent", token, {}),
    named("query-exact", token, { value: queryValue }),
    named("query-regex", token, { regex }),
    named("query-present", token, {}),
    named("cookie-exact", token, { value: headerValue }),
    named("cookie-regex", token, { regex }),
    fc.record({
      kind: fc.constant("authority-exact"),
      value: fc.oneof(headerValue, { weight: 4, arbitrary: fc.constantFrom(...authorities) }),
    }) as fc.Arbitrary<Data>,
  );

/** What a condition asks for; of each only one may stand in a route. */
const subject = ({ kind, name }: Data): string =>
  name === undefined
    ? String(kind)
    : `${String(kind).split("-")[0]} ${String(kind).startsWith("header") ? String(name).toLowerCase() : name}`;

function conditions(draw: Draw, { callers, hosts, authorities }: RouteOwner, matchedPath: Data | undefined): unknown {
  const drawn = draw(() => fc.uniqueArray(condition(authorities), { maxLength: 3, selector: subject }));
  const source = hosts === undefined && callers.length > 0 ? maybe(draw, () => fc.constantFrom(...callers)) : undefined;
  const all = [
    ...(matchedPath ? [matchedPath] : []),
    ...drawn,
    ...(source === undefined ? [] : [{ kind: "source", service: source }]),
  ];
  return all.length === 0 ? undefined : all.length === 1 && pick(draw, true, false) ? all[0] : all;
}

// --- what happens to a request -------------------------------------------------------------------------------------

const share = fc.constantFrom("0.0001%", "5%", "33.3%", "100%");
const status = fc.integer({ min: 200, max: 599 });
const response = fc.oneof<fc.Arbitrary<Data>[]>(
  fc.record({ status: status.filter((one) => !BODILESS.includes(one)), body: anyText }),
  fc.record({ status }),
);

function forward(draw: Draw, owner: RouteOwner, isPrefix: boolean): Data {
  return {
    to: destination(draw, owner),
    ...draw(() => owner.manner.patience),
    retries: maybe(draw, () => retries(owner.manner)),
    fault: draw(() => fault(owner.manner)),
    rewrite: maybe(draw, () => rewrite(isPrefix)),
  };
}

const weights = (versions: readonly string[], least = 1) =>
  fc
    .tuple(
      fc.subarray([...versions], { minLength: Math.min(least, versions.length) }),
      fc.integer({ min: 1, max: 100 }),
    )
    .map(([chosen, weight]) => Object.fromEntries(chosen.map((version, index) => [version, weight + index])));

function destination(draw: Draw, { versions, others }: RouteOwner): unknown {
  const other = others.length === 0 ? undefined : pick(draw, ...others);
  const elsewhere =
    other &&
    without({
      kind: "service",
      service: other.service,
      port: pick(draw, ...other.ports),
      versions: other.versions.length === 0 ? undefined : maybe(draw, () => weights(other.versions)),
    });
  if (versions === undefined)
    return other && pick<unknown>(draw, `${other.service}:${pick(draw, ...other.ports)}`, elsewhere);
  const own =
    versions.length === 0
      ? []
      : [pick(draw, ...versions), draw(() => weights(versions)), draw(() => weights(versions, 2))];
  return pick<unknown>(draw, undefined, ...own, ...(elsewhere === undefined ? [] : [elsewhere]));
}

const retries = ({ attempts, backOff, always }: Manner) =>
  fc.oneof(
    fc.constant({ attempts: 0 }),
    fc.record(
      {
        attempts,
        on: fc.uniqueArray(fc.constantFrom("5xx", "reset", "connect-failure", "unavailable", "gateway-error"), {
          minLength: 1,
        }),
        statuses: fc.uniqueArray(fc.integer({ min: 400, max: 599 }), { minLength: 1, maxLength: 3 }),
        methods: fc.uniqueArray(method, { minLength: 1, maxLength: 3 }),
        backOff,
      },
      { requiredKeys: [...always] },
    ),
  );

const fault = ({ delay, faults }: Manner) =>
  fc.oneof({ weight: 10 - faults, arbitrary: fc.constant(undefined) }, { weight: faults, arbitrary: someFault(delay) });

const someFault = (delay: fc.Arbitrary<string>) =>
  fc.oneof(
    fc.record({ abort: fc.record({ status: aborts, percent: share }, { requiredKeys: ["status"] }) }),
    fc.record({ delay: fc.record({ for: delay, percent: share }, { requiredKeys: ["for"] }) }),
    fc.record({ abort: fc.record({ status: aborts }), delay: fc.record({ for: delay }) }),
  );

const pathOrPrefix = (isPrefix: boolean) =>
  isPrefix
    ? fc.oneof(fc.record({ path }), fc.record({ prefix: fc.oneof(path, fc.constant("/")) }))
    : fc.record({ path });

const rewrite = (isPrefix: boolean) =>
  fc.oneof<fc.Arbitrary<Data>[]>(pathOrPrefix(isPrefix), fc.record({ path, host: fc.constant("inner.example.com") }));

const redirect = (draw: Draw, isPrefix: boolean): Data =>
  without({
    scheme: pick(draw, "http", "https"),
    host: maybe(draw, () => fc.constant("Other.Example.com")),
    port: maybe(draw, () => fc.integer({ min: 1, max: 65_535 })),
    status: maybe(draw, () => fc.constantFrom(301, 302, 303, 307, 308)),
    ...maybe<Data>(draw, () => pathOrPrefix(isPrefix)),
  });

const STEERING =
  /^(?:host|connection|content-length|transfer-encoding|te|upgrade|x-forwarded-client-cert|x-envoy-.*)$/i;
const changes = fc
  .uniqueArray(
    token.filter((name) => !STEERING.test(name)),
    { minLength: 1, maxLength: 4, selector: (name) => name.toLowerCase() },
  )
  .chain((names) =>
    fc
      .tuple(fc.array(headerValue, { minLength: names.length, maxLength: names.length }), fc.constant(names))
      .map(([values, all]) => ({
        set: record(all.slice(0, 1), values),
        add: record(all.slice(1, 2), values.slice(1)),
        remove: all.slice(2),
      })),
  );
const headerChanges = fc.record({ request: changes, response: changes }, { requiredKeys: [] });

/** Not by assignment, which would lose a header called `__proto__`. */
const record = (names: readonly string[], values: readonly string[]) =>
  Object.fromEntries(names.map((name, index) => [name, values[index]]));
