/**
 * What the compiler takes for a mesh of 1,000 services, in one literal and in files of several teams: seconds and memory, each with its ratio
 * to the limit.
 * `node test/bench/typecheck.ts [services] [seed]`; it is no timed test, since machines differ.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { meshFiles, meshLiteral } from "./mesh-literal.ts";

const LIMIT_SECONDS = 10;
const LIMIT_MEGABYTES = 1_500;
const RUNS = 3;
/** Files of a mesh that several teams write. */
const PARTS = 10;

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A project, checked as a user's would be: against the declarations of the package, which `npm run build` writes. */
function project(directory: string, files: ReadonlyMap<string, string>): void {
  const config = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: {
      types: ["node"],
      typeRoots: [join(root, "node_modules/@types")],
      paths: { meshwright: [join(root, "dist/components/index.d.ts")] },
    },
    include: ["*.ts"],
  };
  writeFileSync(join(directory, "tsconfig.json"), JSON.stringify(config));
  for (const [name, text] of files) writeFileSync(join(directory, name), text);
}

function check(directory: string): { readonly seconds: number; readonly megabytes: number } {
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const output = execFileSync(process.execPath, [compiler, "-p", directory, "--extendedDiagnostics"], {
    encoding: "utf8",
  });
  const figure = (label: string) => Number(new RegExp(`^${label}:\\s+([\\d.]+)`, "m").exec(output)?.[1]);
  return { seconds: figure("Total time"), megabytes: figure("Memory used") / 1_024 };
}

function main(services = 1_000, seed = 1): void {
  console.log(`type-checking ${services} services, seed ${seed}, ${RUNS} runs`);
  console.log(`machine: ${cpus().length} × ${cpus()[0]?.model}, node ${process.version}`);
  measure("in one literal", new Map([["mesh.ts", meshLiteral(services, seed)]]));
  measure(`in ${PARTS} files`, meshFiles(services, seed, PARTS));
}

function measure(how: string, files: ReadonlyMap<string, string>): void {
  const directory = mkdtempSync(join(root, "node_modules/.typecheck-"));
  try {
    project(directory, files);
    const runs = Array.from({ length: RUNS }, () => check(directory));
    print(
      `${how}: seconds`,
      runs.map((run) => run.seconds),
      LIMIT_SECONDS,
    );
    print(
      `${how}: MB`,
      runs.map((run) => run.megabytes),
      LIMIT_MEGABYTES,
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function print(unit: string, values: readonly number[], limit: number): void {
  const sorted = [...values].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  console.log(
    `${unit}: median ${median.toFixed(1)}, minimum ${sorted[0]?.toFixed(1)}, ratio to ${limit}: ${(median / limit).toFixed(2)}`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(...process.argv.slice(2).map(Number));
