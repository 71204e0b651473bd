/**
 * What must hold of the simulator whatever the mesh and the request: a change of one of them that should not matter changes nothing,
 * and one that should matter changes it in one direction. MESHWRIGHT_RUNS asks for more runs, MESHWRIGHT_SEED for the same again.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { compile, hasErrors, type MeshIr } from "meshwright";
import { DECLARED_CALLS } from "../../components/capabilities/access/ir.ts";
import { unreachedRoute } from "../../components/capabilities/matching/codes.ts";
import type { SimulatedRequest } from "../../components/simulate/request.ts";
import { Simulator } from "../../components/simulate/simulator.ts";
import { type RequestSpec, resolveRequest } from "../../components/simulate/spec.ts";
import type { Destination, Verdict } from "../../components/simulate/verdict.ts";
import { formatPath } from "../../components/values/model-path.ts";
import { normalizePath } from "../../components/values/path.ts";
import { busyMeshes, type MeshData } from "../generate/mesh.ts";
import { specsFor } from "../generate/request.ts";
import { seed } from "../generate/seed.ts";
import { anyText } from "../generate/texts.ts";
import { permuted, renamed, reweighted, withRule } from "./transformed-mesh.ts";

const numRuns = Number(process.env.MESHWRIGHT_RUNS ?? 10_000);
const runs = { seed, numRuns };
/** Compiling is what takes time: so many meshes serve all runs. */
const MESHES = Math.max(50, Math.ceil(numRuns / 50));

interface World {
  readonly data: MeshData;
  readonly ir: MeshIr;
  readonly simulator: Simulator;
  /** The routes of which is told that no request reaches them. */
  readonly unreached: ReadonlySet<string>;
  readonly specs: fc.Arbitrary<RequestSpec>;
}

function worldOf(data: MeshData): World | undefined {
  const { ir, diagnostics } = compile(data);
  if (ir === undefined || hasErrors(diagnostics)) return undefined;
  const told = diagnostics.filter(({ code }) => code === unreachedRoute.id);
  const unreached = new Set(told.map(({ path }) => formatPath(path)));
  return { data, ir, simulator: new Simulator(ir), unreached, specs: specsFor(ir) };
}

const asks = ({ ir }: World, spec: RequestSpec): SimulatedRequest => {
  const resolved = resolveRequest(ir, spec);
  if (resolved.kind === "refused") fc.pre(false);
  return (resolved as Extract<typeof resolved, { kind: "request" }>).request;
};

const decide = (world: World, spec: RequestSpec): Verdict => world.simulator.decide(asks(world, spec));

describe(`metamorphic properties of the simulator (seed ${seed}, ${numRuns} runs each, ${MESHES} meshes)`, function () {
  this.timeout(Math.max(120_000, numRuns * 20));
  let worlds: readonly World[] = [];

  before(() => {
    worlds = fc
      .sample(busyMeshes, { seed, numRuns: MESHES })
      .flatMap((data) => worldOf(data) ?? [])
      .filter(({ ir }) => ir.services.some(({ calls }) => calls.length > 0) || ir.gateways.length > 0);
    assert.ok(worlds.length > MESHES / 2, `only ${worlds.length} of ${MESHES} meshes can be asked anything`);
  });

  /** A mesh and a request; `derived` makes another mesh of each, once. */
  function property<T>(
    derive: (world: World) => T,
    holds: (world: World, spec: RequestSpec, derived: T, draw: fc.GeneratorValue) => void,
  ): void {
    const derived = new Map<World, T>();
    fc.assert(
      fc.property(fc.nat(worlds.length - 1), fc.gen(), (index, draw) => {
        const world = worlds[index] as World;
        if (!derived.has(world)) derived.set(world, derive(world));
        holds(
          world,
          draw(() => world.specs),
          derived.get(world) as T,
          draw,
        );
      }),
      runs,
    );
  }

  it("requests meet routes, rules and destinations of all kinds", () => {
    const kinds = new Map<string, number>();
    property(
      () => undefined,
      (world, spec) => {
        const { outcome, route } = decide(world, spec);
        const arrival = outcome.kind === "forward" ? `forward, ${outcome.destinations[0]?.arrival.kind}` : outcome.kind;
        for (const kind of [
          arrival,
          route === undefined || route.path[0] === "services" ? "no own route" : "own route",
        ])
          kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      },
    );
    console.log(`      ${[...kinds].map(([kind, count]) => `${kind} ${count}`).join(" · ")}`);
    for (const kind of [
      "forward, delivered",
      "forward, denied",
      "redirect",
      "respond",
      "no-route",
      "denied",
      "own route",
    ])
      assert.ok((kinds.get(kind) ?? 0) > numRuns / 500, `only ${kinds.get(kind) ?? 0} of ${kind}`);
  });

  it("a route that is said to be reached by no request decides about none", () => {
    const told = worlds.reduce((sum, { unreached }) => sum + unreached.size, 0);
    assert.ok(told > MESHES / 20, `only ${told} routes are said to be reached by none`);
    property(
      () => undefined,
      (world, spec) => {
        const { route } = decide(world, spec);
        assert.ok(route === undefined || !world.unreached.has(formatPath(route.path)), JSON.stringify(route));
      },
    );
  });

  it("the order in which a mesh is written is irrelevant", () => {
    property(
      ({ data }) => worldOf(permuted(data) as MeshData) as World,
      (world, spec, other) => assert.deepEqual(decide(other, spec), decide(world, spec)),
    );
  });

  it("a service of another name is the same service", () => {
    let compared = 0;
    property(
      ({ data, ir }) => {
        const keys = ir.services.map(({ key }) => key);
        const names = new Map(keys.map((key, index) => [key, keys[(index + 1) % keys.length] as string]));
        const world = worldOf(renamed(data, names));
        return world && { world, names };
      },
      (world, spec, other) => {
        if (other === undefined) return;
        compared++;
        const name = (key: string) => other.names.get(key) ?? key;
        const [to = "", port] = spec.to.startsWith("http") ? [spec.to] : spec.to.split(":");
        const same = { ...spec, from: name(spec.from), to: port === undefined ? to : `${name(to)}:${port}` };
        const shape = (verdict: Verdict, of: World, as: (key: string) => string) => shapeOf(verdict, of.ir, as);
        assert.deepEqual(
          shape(decide(other.world, same), other.world, (key) => key),
          shape(decide(world, spec), world, name),
        );
      },
    );
    assert.ok(compared > numRuns / 2, `only ${compared} were compared`);
  });

  it("weights a:b are weights ka:kb", () => {
    let split = 0;
    property(
      ({ data }) => worldOf(reweighted(data, 3)) as World,
      (world, spec, other) => {
        const [before, after] = [decide(world, spec), decide(other, spec)];
        if (before.outcome.kind === "forward" && before.outcome.destinations.length > 1) split++;
        assert.deepEqual(fractions(after), fractions(before));
      },
    );
    assert.ok(split > 0, "no request was split");
  });

  it("a draw leads where its interval is", () => {
    property(
      () => undefined,
      (world, spec, _, draw) => {
        const random = draw(() => fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));
        const [all, one] = [decide(world, spec).outcome, decide(world, { ...spec, random }).outcome];
        if (all.kind !== "forward" || one.kind !== "forward") return;
        const wanted = all.destinations.filter(
          ({ interval: { from, to, of } }) => random * of >= from && random * of < to,
        );
        assert.equal(wanted.length, 1, "intervals overlap, or leave a gap");
        assert.deepEqual(one.destinations, wanted);
      },
    );
  });

  it("a host is the same in capitals, with a dot at its end, and with its own port", () => {
    property(
      () => undefined,
      (world, spec) => {
        const asked = asks(world, spec);
        const { message, from } = asked;
        if (message === undefined || from.kind === "straight" || speaksOfHosts(world.ir)) return;
        const [host = "", port] = message.authority.split(":");
        const own = world.ir.services
          .flatMap(({ key, ports }) => ports.map(({ name, number }) => ({ ref: `${key}:${name}`, number })))
          .find(({ ref }) => ref === spec.to);
        const spellings = [
          message.authority.toUpperCase(),
          port === undefined ? `${host}.` : `${host}.:${port}`,
          ...(own === undefined || port !== undefined ? [] : [`${host}:${own.number}`]),
          ...(from.kind === "outside" ? [`${host}:8443`] : []),
        ];
        const decided = (authority: string) => world.simulator.decide({ ...asked, message: { ...message, authority } });
        const expected = withoutAuthority(decided(message.authority));
        for (const authority of spellings) assert.deepEqual(withoutAuthority(decided(authority)), expected, authority);
      },
    );
  });

  it("one more deny lets nobody in", () => {
    let refused = 0;
    property(
      ({ data, ir }) => worldOf(withRule(data, ir, { kind: "deny", methods: ["GET"] })),
      (world, spec, other) => {
        if (other === undefined) return;
        const [before, after] = [admitted(decide(world, spec)), admitted(decide(other, spec))];
        assert.ok(isSubset(after, before), `${[...after]} among ${[...before]}`);
        if (after.size < before.size) refused++;
      },
    );
    assert.ok(refused > numRuns / 100, `only ${refused} were refused: the rule does nothing`);
  });

  it("one more allow keeps in whom some allow speaks of, and may shut out whom none did", () => {
    let [kept, shut] = [0, 0];
    property(
      ({ data, ir }) => worldOf(withRule(data, ir, { kind: "allow", methods: ["POST"] })),
      (world, spec, other) => {
        if (other === undefined) return;
        const [before, after] = [decide(world, spec), decide(other, spec)];
        const identity = world.simulator.identityOf(asks(world, spec).from);
        for (const [index, one] of destinationsOf(before).entries()) {
          const now = destinationsOf(after)[index];
          if (one.arrival.kind !== "delivered" || one.arrival.by.kind === "outside") continue;
          const spoken = isSpokenOf(world, one, identity);
          if (now?.arrival.kind === "delivered") kept += spoken ? 1 : 0;
          else if (spoken || one.arrival.by.kind === "plaintext")
            assert.fail("a rule that allows has shut somebody out");
          else shut++;
        }
      },
    );
    assert.ok(kept > 0 && shut > 0, `${kept} were kept and ${shut} shut out: one of the two was never tried`);
  });

  it("a path that two proxies have read stays as it is: the first may make `..;` of `%2e%2e;`, the second reads that", () => {
    const piece = fc.constantFrom(
      ..."/.%25FfcCeE3;\\a~^01267#?".split(""),
      "%2e",
      "%2F",
      "%25",
      "%5C",
      "..",
      "//",
      "%%32F",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const once = normalizePath(`/${pieces.join("")}`);
        if (once.kind === "refused") return;
        const twice = normalizePath(once.path);
        if (twice.kind === "refused") assert.fail(`${once.path} is refused: ${twice.reason}`);
        if (!/\/\.\.?;/.test(once.path)) assert.equal(twice.path, once.path);
        assert.deepEqual(normalizePath(twice.path), { kind: "path", path: twice.path, hadEscapedSlashes: false });
      }),
      { ...runs, numRuns: numRuns * 10 },
    );
  });

  it("nothing that anybody asks makes it throw", () => {
    const hostile = fc.oneof(
      anyText,
      fc.string({ unit: "binary" }),
      fc.constantFrom("", "\ud800", "%", "/".repeat(9_999)),
    );
    const asker = (world: World) =>
      fc.oneof(
        fc.record({
          kind: fc.constant("service"),
          service: fc.oneof(hostile, fc.constantFrom(...world.ir.services.map(({ id }) => id))),
        }),
        fc.record({ kind: fc.constant("outside"), gateway: hostile, listener: hostile }),
        fc.record({
          kind: fc.constant("straight"),
          service: fc.constantFrom("", ...world.ir.services.map(({ id }) => id)),
          port: hostile,
          shows: fc.constantFrom(
            { kind: "plaintext" },
            { kind: "stranger" },
            { kind: "identity", identity: "spiffe://x" },
          ),
        }),
      );
    const message = fc.record({
      method: hostile,
      authority: hostile,
      path: hostile,
      query: hostile,
      headers: fc
        .array(fc.tuple(hostile, fc.array(hostile, { maxLength: 3 })), { maxLength: 4 })
        .map((all) => new Map(all)),
    });
    property(asker, (world, spec, from, draw) => {
      const asked = {
        ...asks(world, spec),
        ...draw(() => fc.record({ from, message, random: fc.double() }, { requiredKeys: [] })),
      };
      const { authority } = asks(world, spec).message ?? {};
      const kept =
        asked.message && authority !== undefined && draw(fc.boolean) ? { ...asked.message, authority } : asked.message;
      assert.ok(world.simulator.decide({ ...asked, message: kept } as SimulatedRequest).outcome.kind);
    });
  });
});

// --- what is compared ------------------------------------------------------------------------------------------------

const destinationsOf = ({ outcome }: Verdict): readonly Destination[] =>
  outcome.kind === "forward" ? outcome.destinations : [];

/** Where it gets in: the destination, or that it does at all. */
const admitted = (verdict: Verdict): ReadonlySet<string> =>
  new Set(
    destinationsOf(verdict)
      .filter(({ arrival }) => arrival.kind === "delivered")
      .map(({ service, port, version }) => `${service} ${port} ${version}`),
  );

const isSubset = (some: ReadonlySet<string>, all: ReadonlySet<string>): boolean =>
  [...some].every((one) => all.has(one));

function isSpokenOf({ ir }: World, { service, port }: Destination, identity: string | undefined): boolean {
  const callee = ir.services.find(({ id }) => id === service);
  const rules = callee?.access.ports.find((one) => one.port === port)?.allow ?? [];
  return rules.some(
    ({ name, from }) => name !== DECLARED_CALLS && (from === undefined || from.some((one) => one === identity)),
  );
}

function fractions(verdict: Verdict) {
  const { outcome } = verdict;
  if (outcome.kind !== "forward") return verdict;
  const destinations = outcome.destinations.map(({ interval: { from, to, of }, ...rest }) => ({
    ...rest,
    interval: [from / of, to / of],
  }));
  return { ...verdict, outcome: { ...outcome, destinations } };
}

/** Redirects and the request itself repeat the authority as it was spelled. */
function withoutAuthority(verdict: Verdict): unknown {
  return JSON.parse(
    JSON.stringify(verdict, (key, value: unknown) =>
      key === "authority" || key === "location" ? "…" : value instanceof Map ? Object.fromEntries(value) : value,
    ),
  );
}

const speaksOfHosts = (ir: MeshIr): boolean => /"authority":|"name":"host"/.test(JSON.stringify(ir));

/** A verdict in which services stand by their keys, as another mesh calls them. */
function shapeOf({ route, outcome, ...rest }: Verdict, ir: MeshIr, name: (key: string) => string): unknown {
  const keys = new Map([...ir.services, ...ir.externals, ...ir.gateways].map(({ id, key }) => [id as string, key]));
  const named = (id: string) => name(keys.get(id) ?? id);
  return JSON.parse(
    JSON.stringify({ route, outcome, ...rest }, (key, value: unknown) => {
      if (key === "authority" || key === "location" || key === "reason") return "…";
      if ((key === "service" || key === "proxy") && typeof value === "string") return named(value);
      if (key === "path" && Array.isArray(value) && (value[0] === "routes" || value[0] === "services"))
        return [value[0], name(String(value[1])), ...value.slice(2)];
      return value instanceof Map ? Object.fromEntries(value) : value;
    }),
  );
}
