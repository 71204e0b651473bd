/** Imports point one way, by the role of a file (the design's layout). The order of `ROLES` is the order of the arrows. */
import assert from "node:assert/strict";
import { dirname } from "node:path/posix";
import { importsOf } from "./imports-of.ts";
import { sourceFiles } from "./source-files.ts";

/** From what everybody may import to what nobody may. */
const ROLES: readonly (readonly [role: string, files: RegExp])[] = [
  ["values", /^components\/values\//],
  ["diagnostics", /^components\/diagnostics\//],
  ["engine tables", /^components\/engines\/[^/]+\.ts$/],
  ["leaves of slices", /^components\/capabilities\/[^/]+\/(?:model|support|codes|ir)\.ts$/],
  ["model and ir", /^components\/(?:model|ir)\//],
  ["contract", /^components\/contract\//],
  ["engine kits", /^components\/engines\/[^/]+\//],
  ["behaviour of slices", /^components\/capabilities\/[^/]+\/(?!index\.ts)[^/]+\.ts$/],
  ["indexes of slices", /^components\/capabilities\/[^/]+\/index\.ts$/],
  ["registry", /^components\/capabilities\/registry\.ts$/],
  ["passes", /^components\/passes\//],
  ["import", /^components\/import\//],
  ["simulate", /^components\/simulate\//],
  ["graph", /^components\/graph\//],
  ["local", /^components\/local\//],
  ["deployment", /^components\/deployment\//],
  ["preflight", /^components\/preflight\//],
  ["cluster", /^components\/cluster\//],
  ["charts", /^components\/charts\//],
  ["platform", /^components\/platform\//],
  ["testing", /^components\/testing\/[^/]+\.ts$/],
  ["public surface", /^components\/index\.ts$/],
  ["testing, live", /^components\/testing\/live\//],
  ["releases", /^stacks\/releases\//],
  ["plugin", /^components\/plugin\//],
  ["cli", /^cli\//],
  ["program", /^stacks\/[^/]+\.ts$/],
];
/** Types alone may point up to here: the model is put together from the slices' types, the contract names the kits' fragments. */
const TYPES_UP_TO = ROLES.findIndex(([role]) => role === "engine kits");

/** What a program may load without touching anything but its own memory, and the packages below it. */
const PURE: readonly (readonly [surface: string, packages: readonly string[]])[] = [
  ["components/index.ts", ["node:url", "re2js"]],
  ["components/testing/index.ts", ["node:assert", "node:url", "re2js"]],
];

const components = sourceFiles.filter((path) => path.startsWith("components/"));
const files = [
  ...components,
  ...sourceFiles.filter((path) => /^(?:cli|stacks\/releases)\/|^stacks\/[^/]+\.ts$/.test(path)),
];

const rank = (path: string): number => ROLES.findIndex(([, pattern]) => pattern.test(path));
const isOurs = (path: string): boolean => /^(?:components|cli|stacks\/releases)\//.test(path);
const sliceOf = (path: string): string | undefined => /^components\/capabilities\/([^/]+)\//.exec(path)?.[1];
const kitOf = (path: string): string | undefined => /^components\/engines\/([^/]+)\//.exec(path)?.[1];

/** Every import between our own files, as `from -> to`, that breaks a rule. */
const offending = (breaks: (from: string, to: string, typeOnly: boolean) => boolean): readonly string[] =>
  files.flatMap((from) =>
    importsOf(from)
      .filter(({ to, typeOnly }) => isOurs(to) && breaks(from, to, typeOnly))
      .map(({ to }) => `${from} -> ${to}`),
  );

describe("imports", () => {
  it("every file has a role", () => {
    assert.deepEqual(
      files.filter((path) => rank(path) < 0),
      [],
    );
  });

  it("point one way", () => {
    const up = offending((from, to, typeOnly) => rank(to) > rank(from) && !(typeOnly && rank(to) <= TYPES_UP_TO));
    assert.deepEqual(up, []);
  });

  it("never go from slice to slice", () => {
    const between = offending((from, to) => {
      const [own, other] = [sliceOf(from), sliceOf(to)];
      return own !== undefined && other !== undefined && own !== other;
    });
    assert.deepEqual(between, []);
  });

  it("never go from engine to engine", () => {
    const engine = (path: string) =>
      kitOf(path) ?? /^components\/capabilities\/[^/]+\/(istio|linkerd|consul|envoy)\.ts$/.exec(path)?.[1];
    const between = offending((from, to) => {
      const [own, other] = [engine(from), kitOf(to)];
      return own !== undefined && other !== undefined && own !== other;
    });
    assert.deepEqual(between, []);
  });

  it("reach an engine kit from a slice only in the file of that engine", () => {
    const wrong = offending(
      (from, to) => sliceOf(from) !== undefined && kitOf(to) !== undefined && !from.endsWith(`/${kitOf(to)}.ts`),
    );
    assert.deepEqual(wrong, []);
  });

  it("take a slice's index only into the registry", () => {
    const wrong = offending(
      (from, to) => /^components\/capabilities\/[^/]+\/index\.ts$/.test(to) && !from.endsWith("/registry.ts"),
    );
    assert.deepEqual(wrong, []);
  });

  for (const [surface, allowed] of PURE)
    it(`of ${surface} load nothing but these: no file, network, process, clock or Pulumi`, () => {
      const loaded = new Set<string>();
      const outside = new Set<string>();
      const load = (path: string): void => {
        if (loaded.has(path)) return;
        loaded.add(path);
        for (const { to, typeOnly } of importsOf(path)) {
          if (typeOnly) continue;
          if (isOurs(to)) load(to);
          else outside.add(to);
        }
      };
      load(surface);
      assert.ok(loaded.size > 50, `only ${loaded.size} files were walked`);
      assert.deepEqual([...outside].sort(), allowed);
    });

  it("of @pulumi/* stand in the platform, its plugin and the program of the stacks alone", () => {
    const users = files.filter((path) => importsOf(path).some(({ to }) => to.startsWith("@pulumi/")));
    assert.ok(users.length > 5);
    assert.deepEqual(
      users.filter((path) => !/^components\/(?:platform|plugin)\//.test(path) && !/^stacks\/[^/]+\.ts$/.test(path)),
      [],
    );
  });

  it("of the command line load no @pulumi/*: it starts without them", () => {
    const loaded = new Set<string>();
    const load = (path: string): void => {
      if (loaded.has(path)) return;
      loaded.add(path);
      for (const { to, typeOnly } of importsOf(path)) if (!typeOnly && isOurs(to)) load(to);
    };
    for (const path of files.filter((one) => one.startsWith("cli/"))) load(path);
    assert.deepEqual(
      [...loaded].filter((path) => path.startsWith("components/platform/")),
      [],
    );
  });

  it("have no cycle between folders, types aside", () => {
    const edges = new Map<string, Set<string>>();
    for (const from of components) {
      const targets = edges.get(dirname(from)) ?? new Set();
      edges.set(dirname(from), targets);
      for (const { to, typeOnly } of importsOf(from))
        if (!typeOnly && isOurs(to) && dirname(to) !== dirname(from)) targets.add(dirname(to));
    }
    assert.equal(findCycle(edges), undefined);
  });
});

/** A way from a folder back to itself, as text. */
function findCycle(edges: ReadonlyMap<string, ReadonlySet<string>>): string | undefined {
  const done = new Set<string>();
  const visit = (folder: string, way: readonly string[]): string | undefined => {
    if (way.includes(folder)) return [...way.slice(way.indexOf(folder)), folder].join(" -> ");
    if (done.has(folder)) return undefined;
    for (const next of edges.get(folder) ?? []) {
      const cycle = visit(next, [...way, folder]);
      if (cycle !== undefined) return cycle;
    }
    done.add(folder);
    return undefined;
  };
  for (const folder of edges.keys()) {
    const cycle = visit(folder, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
