/**
 * How a running proxy is changed (engines/envoy/update.ts), as properties of any change of any mesh: after each phase everything that a
 * file names is there, what a request may still be using goes last, and the end is the new configuration.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type ConfigFile, fileText } from "../../components/engines/envoy/block.ts";
import { type Placement, placementOf } from "../../components/engines/envoy/placement.ts";
import { needsRestart, type Phase, planUpdate } from "../../components/engines/envoy/update.ts";
import type { MeshIr } from "../../components/ir/mesh-ir.ts";
import { compile } from "../../components/passes/compile.ts";
import { envoyRenderer } from "../../components/passes/render.ts";
import { change, changedMesh } from "../generate/change.ts";
import { meshes } from "../generate/mesh.ts";
import { seed } from "../generate/seed.ts";

/** An address for each purpose, the same before and after. */
function stayingPlacement(): Placement {
  const ports = new Map<string, number>();
  return placementOf((purpose) => {
    if (!ports.has(purpose)) ports.set(purpose, 20_000 + ports.size);
    return { host: "127.0.0.1", port: ports.get(purpose) ?? 0 };
  }, "rendered");
}

interface Update {
  readonly before: readonly ConfigFile[];
  readonly after: readonly ConfigFile[];
}

/** Of every proxy that stays. */
function updatesOf(first: MeshIr, second: MeshIr): readonly Update[] {
  const renderer = envoyRenderer(stayingPlacement());
  const before = new Map(renderer.render(first).map(({ name, files }) => [name, files]));
  return renderer.render(second).flatMap(({ name, files: after }) => {
    const files = before.get(name);
    return files === undefined ? [] : [{ before: files, after }];
  });
}

const irOf = (spec: unknown): MeshIr | undefined => {
  const { ir, diagnostics } = compile(spec);
  return diagnostics.some(({ severity }) => severity === "error") ? undefined : ir;
};

type Texts = Map<string, string>;

const textsOf = (files: readonly ConfigFile[]): Texts => new Map(files.map((file) => [file.path, fileText(file)]));

/** What Envoy reads: everything from the files that the bootstrap and the listeners name. */
class Folder {
  readonly texts: Texts;

  constructor(files: readonly ConfigFile[]) {
    this.texts = textsOf(files);
  }

  apply({ write, remove }: Phase): void {
    for (const { path, text } of write) this.texts.set(path, text);
    for (const path of remove) this.texts.delete(path);
  }

  get clusters(): readonly string[] {
    return this.#names("cds.json");
  }

  get listeners(): readonly string[] {
    return this.#names("lds.json");
  }

  #names(path: string): readonly string[] {
    const { resources } = JSON.parse(this.#read(path)) as { readonly resources: readonly { name: string }[] };
    return resources.map(({ name }) => name);
  }

  /** The text of the files whose routes are in use. */
  get #inUse(): string {
    const listeners = this.#read("lds.json");
    return [listeners, ...namedIn(listeners, ROUTES).map((path) => this.#read(path))].join("");
  }

  /** The clusters that routes lead to. */
  get used(): readonly string[] {
    return namedIn(this.#inUse, /"cluster":"([^"]+)"|"clusters":\[(?:\{"name":"[^"]+","weight":\d+\},?)+\]/g).flatMap(
      (text) => (text.startsWith('"clusters"') ? namedIn(text, /"name":"([^"]+)"/g) : [text]),
    );
  }

  requireWhole(): void {
    const clusters = this.clusters;
    assert.equal(new Set(clusters).size, clusters.length, "a cluster stands there twice");
    for (const name of this.used) if (name !== "admin") assert.ok(clusters.includes(name), `no cluster ${name}`);
    for (const path of namedIn(this.#read("cds.json") + this.#inUse, /"path":"(sds\/[^"]+)"/g)) this.#read(path);
  }

  /** Routes that no listener names would be followed for nothing. */
  requireRead(): void {
    const named = namedIn(this.#read("lds.json"), ROUTES);
    for (const path of this.texts.keys())
      if (path.startsWith("rds/")) assert.ok(named.includes(path), `nobody names ${path}`);
  }

  #read(path: string): string {
    const text = this.texts.get(path);
    assert.ok(text !== undefined, `${path} is named and not there`);
    return text;
  }
}

const ROUTES = /"path":"(rds\/[^"]+)"/g;

const namedIn = (text: string, pattern: RegExp): string[] =>
  Array.from(text.matchAll(pattern), ([whole, name]) => name ?? whole);

const BOOTSTRAP = "bootstrap.json";
const ORDER = ["add", "listen", "route", "remove"];

function requireSafe({ before, after }: Update): readonly Phase[] {
  const phases = planUpdate(before, after);
  const folder = new Folder(before);
  const old = folder.clusters;
  const doors = folder.listeners;
  const inUse = folder.used;
  for (const phase of phases) {
    for (const { path, text } of phase.write)
      assert.notEqual(text, folder.texts.get(path), `${phase.name} writes ${path} and changes nothing`);
    if (phase.name !== "remove") {
      folder.apply(phase);
      for (const name of old) assert.ok(folder.clusters.includes(name), `${phase.name} takes ${name} away too early`);
      for (const name of doors) assert.ok(folder.listeners.includes(name), `${phase.name} closes ${name} too early`);
      folder.requireWhole();
      if (phase.name === "add") assert.deepEqual([...new Set(folder.used)], [...new Set(inUse)], "a route moved early");
    }
  }
  const last = phases.find(({ name }) => name === "remove");
  const next = new Folder(after);
  const gone = old.filter((name) => !next.clusters.includes(name));
  assert.deepEqual(last?.clusters ?? [], gone, "who removes must know which clusters to wait for");
  if (last !== undefined) folder.apply(last);
  folder.requireWhole();
  folder.requireRead();
  // Only a restart reads the bootstrap, so nobody writes it; whether it has changed is told apart.
  assert.equal(needsRestart(before, after), textsOf(before).get(BOOTSTRAP) !== textsOf(after).get(BOOTSTRAP));
  const end = new Map(next.texts).set(BOOTSTRAP, folder.texts.get(BOOTSTRAP) ?? "");
  assert.deepEqual(folder.texts, end, "the end is the new configuration");
  const names = phases.map(({ name }) => name);
  assert.deepEqual(
    names,
    ORDER.filter((name) => names.some((one) => one === name)),
  );
  for (const { name, clusters, remove } of phases)
    if (name !== "remove") assert.deepEqual([...clusters, ...remove], [], `${name} only adds`);
  return phases;
}

describe(`updates of a running proxy (seed ${seed})`, function () {
  this.timeout(60_000);

  it("every change of a mesh is safe in each of its phases", () => {
    const seen = new Map(ORDER.map((name) => [name, 0]));
    fc.assert(
      fc.property(meshes, fc.array(change, { minLength: 1, maxLength: 3 }), (spec, changes) => {
        const [first, second] = [irOf(spec), irOf(changedMesh(spec, changes).mesh)];
        if (first === undefined || second === undefined) return;
        for (const update of updatesOf(first, second))
          for (const { name } of requireSafe(update)) seen.set(name, (seen.get(name) ?? 0) + 1);
      }),
      { seed, numRuns: 250, endOnFailure: true },
    );
    for (const [name, count] of seen) assert.ok(count > 5, `only ${count} times was there something to ${name}`);
  });

  it("the same mesh compiled again has nothing to write", () => {
    fc.assert(
      fc.property(meshes, (spec) => {
        const [first, second] = [irOf(spec), irOf(spec)];
        if (first === undefined || second === undefined) return;
        for (const { before, after } of updatesOf(first, second)) assert.deepEqual(planUpdate(before, after), []);
      }),
      { seed, numRuns: 30 },
    );
  });
});
