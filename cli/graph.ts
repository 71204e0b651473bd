/** `mesh graph`: the picture of a mesh, drawn by Graphviz (as WebAssembly, so nothing has to be installed). */
import { writeFileSync } from "node:fs";
import { basename, extname } from "node:path";
import { diagnose } from "../components/diagnostics/diagnostic.ts";
import type { Finding } from "../components/diagnostics/finding.ts";
import { graphOf } from "../components/graph/graph.ts";
import type { MeshIr } from "../components/ir/mesh-ir.ts";
import { notWritten } from "./codes.ts";
import { compileFile } from "./compile-file.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import { printFindings, printJson, summary } from "./report.ts";

export interface GraphOptions {
  readonly environment: string | undefined;
  /** Ends in .svg, or in .dot for Graphviz's own language. @default the mesh file's name, here */
  readonly out: string | undefined;
  readonly json: boolean;
}

interface Picture {
  readonly environment: string;
  readonly path: string;
}

export async function graph(file: string, { environment, out, json }: GraphOptions): Promise<ExitCode> {
  const { environments, findings, exitCode } = await compileFile(file, { environment });
  const end = (all: readonly Finding[], code: ExitCode, pictures: readonly Picture[] = []): ExitCode => {
    const names = environments.map(({ name }) => name);
    if (json)
      printJson(
        { command: "graph", file, environments: names, findings: all, exitCode: code },
        { pictures: pictures.map((one) => ({ ...one })) },
      );
    else {
      printFindings(all, process.stderr);
      if (code !== exitCodes.ok) process.stderr.write(`${summary(all, file, names)}; nothing was drawn\n`);
      for (const { path } of pictures) process.stdout.write(`${path}\n`);
    }
    return code;
  };
  if (exitCode !== exitCodes.ok) return end(findings, exitCode);
  const target = out ?? `${basename(file, extname(file))}.svg`;
  const drawn = environments.map(({ name, ir }) => ({
    environment: name,
    path: environments.length === 1 ? target : withName(target, name),
    dot: graphOf(ir as MeshIr),
  }));
  try {
    const draw = extname(target) === ".dot" ? (dot: string) => dot : await graphviz();
    for (const { path, dot } of drawn) writeFileSync(path, draw(dot));
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    return end([...findings, diagnose(notWritten, { message: error.message }, { path: [] })], exitCodes.usage);
  }
  return end(
    findings,
    exitCodes.ok,
    drawn.map(({ environment: name, path }) => ({ environment: name, path })),
  );
}

/** shop.svg → shop.prod.svg */
const withName = (path: string, name: string): string =>
  `${path.slice(0, -extname(path).length)}.${name}${extname(path)}`;

async function graphviz(): Promise<(dot: string) => string> {
  const { Graphviz } = await import("@hpcc-js/wasm-graphviz");
  const loaded = await Graphviz.load();
  return (dot) => loaded.dot(dot, "svg");
}
