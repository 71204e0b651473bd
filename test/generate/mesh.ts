/**
 * Valid meshes as plain data, over all slices and all of their fields, with hostile texts wherever text is allowed.
 * Whatever is drawn compiles without an error: properties of meshes that run start here.
 */
import fc from "fast-check";
import { ANY, BUSY, type Manner } from "./manner.ts";
import { type Data, type Destination, drawRoutes, without } from "./route.ts";
import { anyText, headerValue, key, label, method, pathRegex, regex, seenPath, token } from "./texts.ts";

type Draw = fc.GeneratorValue;

export interface MeshData {
  readonly name: string;
  readonly targets: readonly string[];
  readonly services: Record<string, Data>;
  readonly routes: Record<string, Data>;
  readonly [field: string]: unknown;
}

const HTTP = ["http", "http2", "grpc"];

/** A service before it has calls, routes and rules: what others have to know of it. */
interface Sketch {
  readonly key: string;
  readonly namespace: string;
  readonly owner: string | undefined;
  readonly ports: Readonly<
    Record<string, { readonly kind: string; readonly number: number; readonly target?: number }>
  >;
  readonly versions: readonly string[];
}

const pick = <T>(draw: Draw, ...items: readonly T[]): T => draw(() => fc.constantFrom(...items));
const maybe = <T>(draw: Draw, arbitrary: () => fc.Arbitrary<T>): T | undefined =>
  draw(() => fc.option(arbitrary(), { nil: undefined }));

export const meshes: fc.Arbitrary<MeshData> = fc.gen().map((draw) => drawMesh(draw, ANY));

/** Meshes whose delays, timeouts and back-offs are short, and never so close to each other that a busy machine decides. */
export const busyMeshes: fc.Arbitrary<MeshData> = fc.gen().map((draw) => drawMesh(draw, BUSY));

function drawMesh(draw: Draw, manner: Manner): MeshData {
  const owner = maybe(draw, () => anyText);
  const teams = owner === undefined ? [] : [owner, ...draw(() => fc.array(anyText, { maxLength: 2 }))];
  const sketches = draw(() => fc.uniqueArray(label, { minLength: 2, maxLength: 5 })).map((name) =>
    drawSketch(draw, name, pick(draw, undefined, ...teams), manner),
  );
  const owners = [...new Set([owner, ...sketches.map((sketch) => sketch.owner)].filter((one) => one !== undefined))];
  const externals = Object.fromEntries(
    draw(() => fc.uniqueArray(label, { maxLength: 2 })).map((name, index) => [
      `${name.slice(0, 50)}-outside`,
      drawExternal(draw, index),
    ]),
  );
  const calls = new Map(sketches.map((sketch) => [sketch.key, drawCalls(draw, sketch, sketches, externals, manner)]));
  const callersOf = (callee: string) =>
    sketches.map((one) => one.key).filter((one) => calls.get(one)?.some((to) => refersTo(to, callee)));
  const services = sketches.map((sketch) => [
    sketch.key,
    drawService(draw, sketch, calls.get(sketch.key) ?? [], callersOf(sketch.key), owners, manner),
  ]);
  const routes = sketches
    .filter((sketch) => httpPorts(sketch).length > 0)
    .map((sketch) => [
      sketch.key,
      drawRoutes(draw, {
        ports: httpPorts(sketch),
        versions: sketch.versions,
        others: destinations(sketches, sketch.key),
        callers: callersOf(sketch.key),
        authorities: authoritiesOf(sketch),
        manner,
      }),
    ]);
  const gateway = drawGateway(draw, destinations(sketches, undefined), owners, manner);
  return without({
    name: "generated",
    targets: pick(draw, ["envoy"], ["envoy@1.40"]),
    namespace: pick(draw, undefined, "main"),
    owner,
    trustDomain: pick(draw, undefined, "mesh.example.org"),
    services: Object.fromEntries(services),
    routes: Object.fromEntries(routes),
    externals,
    gateways: gateway === undefined ? {} : { door: gateway },
    mtls: maybe(draw, () => mtls),
    ...proxyPolicies(draw),
    namespaces: drawNamespaces(draw, sketches),
  }) as unknown as MeshData;
}

/** Of four namespaces one is only audited. */
const drawNamespaces = (draw: Draw, sketches: readonly Sketch[]): Data =>
  Object.fromEntries(
    [...new Set(sketches.map(({ namespace }) => namespace))].map((namespace) => [
      namespace,
      without({ enforcement: pick(draw, undefined, undefined, "enforce", "audit") }),
    ]),
  );

// --- services ------------------------------------------------------------------------------------------------------

function drawSketch(draw: Draw, name: string, owner: string | undefined, manner: Manner): Sketch {
  const ports = draw(() => fc.uniqueArray(label, { minLength: 1, maxLength: 3 })).map((port, index) => {
    const kind = pick(draw, ...HTTP, "http", "tcp", "tls");
    return [
      port,
      without({ kind, number: 1_024 + index, target: maybe(draw, () => fc.integer({ min: 8_000, max: 8_999 })) }),
    ];
  });
  return {
    key: name,
    namespace: pick(draw, "main", "main", "batch"),
    owner,
    ports: Object.fromEntries(ports),
    versions: draw(() => fc.uniqueArray(label, manner.versions)),
  };
}

const httpPorts = ({ ports }: Sketch): string[] =>
  Object.keys(ports).filter((port) => HTTP.includes(ports[port]?.kind ?? ""));

const hasTls = ({ ports }: Sketch): boolean => Object.values(ports).some(({ kind }) => kind === "tls");

/** Names by which it may be called: `drawService` chooses one of two. */
const authoritiesOf = ({ key, namespace, ports }: Sketch): string[] =>
  [key, `${key.slice(0, 50)}-named`].flatMap((name) =>
    Object.values(ports).map(({ number }) => `${name}.${namespace}:${number}`),
  );

const destinations = (sketches: readonly Sketch[], self: string | undefined): readonly Destination[] =>
  sketches
    .filter((sketch) => sketch.key !== self && httpPorts(sketch).length > 0)
    .map((sketch) => ({ service: sketch.key, ports: httpPorts(sketch), versions: sketch.versions }));

type Call = string | { readonly to: string; readonly port: string };

const refersTo = (call: Call, callee: string): boolean =>
  (typeof call === "string" ? call.split(":")[0] : call.to) === callee;

function drawCalls(draw: Draw, self: Sketch, sketches: readonly Sketch[], externals: Data, { calls }: Manner): Call[] {
  const callees = [
    ...sketches.filter(({ key }) => key !== self.key),
    ...Object.entries(externals).map(([key, external]) => ({ key, ports: (external as Sketch).ports })),
  ];
  return draw(() => fc.subarray(callees, calls)).map((callee): Call => {
    const port = pick(draw, ...Object.keys(callee.ports));
    const short = Object.keys(callee.ports).length === 1 ? [callee.key] : [];
    return pick<Call>(draw, `${callee.key}:${port}`, { to: callee.key, port }, ...short);
  });
}

const mtls = fc.constantFrom<Data>({ kind: "strict" }, { kind: "permissive", until: "2027-01-31" });

const proxyPolicies = (draw: Draw): Data =>
  without({
    accessLogs: maybe(draw, () => fc.record({ requests: fc.constantFrom("all", "errors", "none") })),
    metrics: maybe(draw, () => fc.record({ requests: fc.boolean(), connections: fc.boolean() }, { requiredKeys: [] })),
  });

function drawService(
  draw: Draw,
  sketch: Sketch,
  calls: readonly Call[],
  callers: readonly string[],
  owners: readonly string[],
  manner: Manner,
): Data {
  return without({
    namespace: sketch.namespace,
    name: pick(draw, undefined, `${sketch.key.slice(0, 50)}-named`),
    serviceAccount: pick(draw, undefined, `${sketch.key.slice(0, 50)}-account`),
    owner: sketch.owner,
    // Where there are several, any of them may call.
    allowCallers: owners.length > 1 ? owners : pick(draw, undefined, owners),
    ports: sketch.ports,
    versions: sketch.versions,
    selectors: maybe(draw, () => selectors(sketch)),
    calls,
    // Whoever speaks TLS itself cannot be permissive on Envoy.
    mtls: hasTls(sketch) ? { kind: "strict" } : maybe(draw, () => mtls),
    access: drawAccess(draw, sketch, callers, manner),
    ...proxyPolicies(draw),
  });
}

/** What versions have in common, other services have, too; a version's own label is nobody else's. */
const selectors = ({ key: service, versions }: Sketch) =>
  fc.constant(
    Object.fromEntries(
      versions.map((version) => [
        version,
        { app: "Shared", "example.com/version": `${service.slice(0, 30)}.${version.slice(0, 30)}` },
      ]),
    ),
  );

// --- access --------------------------------------------------------------------------------------------------------

const pathCondition = fc.oneof(
  fc.record({ kind: fc.constantFrom("path-exact", "path-prefix"), path: seenPath }),
  fc.record({ kind: fc.constant("path-regex"), regex: fc.oneof(regex, pathRegex) }),
);
const headerCondition = fc.oneof(
  fc.record({ kind: fc.constantFrom("header-exact", "header-prefix"), name: token, value: headerValue }),
  fc.record({ kind: fc.constant("header-regex"), name: token, regex }),
  fc.record({ kind: fc.constant("header-present"), name: token }),
);
const asked = fc.record(
  {
    methods: fc.uniqueArray(method, { minLength: 1, maxLength: 3 }),
    paths: fc.array(pathCondition, { minLength: 1, maxLength: 2 }),
    headers: fc.array(headerCondition, { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: [] },
);

function drawAccess(draw: Draw, sketch: Sketch, callers: readonly string[], { rules }: Manner): Data {
  const names = draw(() => fc.uniqueArray(key, rules));
  return Object.fromEntries(names.map((name) => [name, drawRule(draw, sketch, callers)]));
}

function drawRule(draw: Draw, sketch: Sketch, callers: readonly string[]): Data {
  const port = maybe(draw, () => fc.constantFrom(...Object.keys(sketch.ports)));
  const looksInto = port === undefined || httpPorts(sketch).includes(port);
  const from = maybe(draw, () =>
    fc.subarray<unknown>([...callers, { kind: "namespace", namespace: sketch.namespace }], { minLength: 1 }),
  );
  return without({ kind: pick(draw, "allow", "deny"), from, port, ...(looksInto ? draw(() => asked) : {}) });
}

// --- the edge ------------------------------------------------------------------------------------------------------

const secret = (name: string) => ({ kind: "secret-ref", namespace: "main", name, key: "tls" });

function drawExternal(draw: Draw, index: number): Data {
  const kinds = draw(() =>
    fc.array(fc.constantFrom("http", "http2", "grpc", "tcp", "tls"), { minLength: 1, maxLength: 2 }),
  );
  return without({
    host: `Outside-${index}.example.com`,
    ports: Object.fromEntries(kinds.map((kind, at) => [`${kind}-${at}`, { kind, number: 443 + at }])),
    tls: kinds.every((kind) => kind === "tls")
      ? undefined
      : pick(
          draw,
          undefined,
          { kind: "verified" },
          { kind: "verified", roots: secret("roots") },
          { kind: "plaintext" },
        ),
  });
}

function drawGateway(
  draw: Draw,
  others: readonly Destination[],
  owners: readonly string[],
  manner: Manner,
): Data | undefined {
  if (others.length === 0 || pick(draw, true, false)) return undefined;
  const hosts = ["a.example.com", "b.example.com"];
  const plain = { kind: "http", port: 80, hosts };
  const secure = { kind: "https", port: 443, hosts: hosts.slice(0, 1), certificate: secret("door") };
  return without({
    namespace: pick(draw, undefined, "edge"),
    name: pick(draw, undefined, "front-door"),
    serviceAccount: pick(draw, undefined, "door-account"),
    owner: owners.length > 0 ? pick(draw, undefined, ...owners) : undefined,
    allowRoutes: owners.length > 1 ? Object.fromEntries(owners.map((one) => [one, ["/"]])) : undefined,
    listeners: pick<unknown>(draw, { plain }, { plain, secure }),
    routes: drawRoutes(draw, { ports: [], others, callers: [], hosts, authorities: hosts, manner }),
    ...proxyPolicies(draw),
  });
}
