/** `npm run bench [name ...]`: all benches, or those named. Figures for people to compare; no test depends on them. */
import { execFileSync } from "node:child_process";
import { cpus, loadavg, totalmem } from "node:os";
import { fileURLToPath } from "node:url";

type Bench = () => Promise<readonly string[]>;

/** Each is loaded only when it runs: what another bench loads would stand in its memory. */
const benches: Readonly<Record<string, Bench>> = {
  compile: async () => (await import("./compile.ts")).benchCompile(),
  recompile: async () => (await import("./recompile.ts")).benchRecompile(),
  ties: async () => (await import("./ties.ts")).benchTies(),
  simulate: async () => (await import("./simulate.ts")).benchSimulate(),
  typecheck: async () => programLines("typecheck.ts"),
  propagation: async () => (await import("./propagation.ts")).benchPropagation(),
  save: async () => (await import("./save.ts")).benchSave(),
  changes: async () => (await import("./changes.ts")).benchChanges(),
  sidecar: async () => (await import("./sidecar.ts")).benchSidecar(),
  istiod: async () => (await import("./istiod.ts")).benchIstiod(),
  up: async () => (await import("./up.ts")).benchUp(),
  start: async () => (await import("./start.ts")).benchStart(),
};

const programLines = (file: string): readonly string[] =>
  execFileSync(process.execPath, [fileURLToPath(new URL(file, import.meta.url))], { encoding: "utf8" })
    .trimEnd()
    .split("\n");

/** Above this others are at work on the machine, and figures are too high. */
const QUIET = 0.3;

function machine(): string {
  const [model] = cpus();
  const [load = 0] = loadavg();
  const busy = load > QUIET ? ": others are at work, figures are too high" : "";
  return `${cpus().length} × ${model?.model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, node ${process.version}, load ${load.toFixed(2)}${busy}`;
}

const named = process.argv.slice(2);
const unknown = named.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(`no bench ${unknown.join(", ")}; there are ${Object.keys(benches).join(", ")}`);
  process.exit(2);
}
for (const [name, run] of Object.entries(benches)) {
  if (named.length > 0 && !named.includes(name)) continue;
  console.log(`\n${name}: ${machine()}`);
  for (const line of await run()) console.log(`  ${line}`);
}
