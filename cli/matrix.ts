/** `mesh matrix`: who may call whom, on which methods and paths, as a table, a page or JSON. */
import { writeFileSync } from "node:fs";
import { diagnose } from "../components/diagnostics/diagnostic.ts";
import type { Finding } from "../components/diagnostics/finding.ts";
import { printable } from "../components/diagnostics/format.ts";
import type { MeshIr } from "../components/ir/mesh-ir.ts";
import { extentOf, extentText, type MatrixRow, matrixOf } from "../components/simulate/matrix.ts";
import { matrixHtml } from "../components/simulate/matrix-html.ts";
import type { Json } from "../components/values/json.ts";
import { notWritten } from "./codes.ts";
import { compileFile } from "./compile-file.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import { printFindings, printJson, summary, toldOnce } from "./report.ts";

export interface MatrixOptions {
  readonly environment: string | undefined;
  /** A page, ends in .html. @default none, the table goes to standard output */
  readonly out: string | undefined;
  readonly json: boolean;
}

interface Matrix {
  readonly environment: string;
  readonly rows: readonly MatrixRow[];
}

export async function matrix(file: string, { environment, out, json }: MatrixOptions): Promise<ExitCode> {
  const compiled = await compileFile(file, { environment, firstOnly: out !== undefined });
  const names = compiled.environments.map(({ name }) => name);
  const right = compiled.exitCode === exitCodes.ok;
  const matrices = right
    ? compiled.environments.map(({ name, ir }) => ({ environment: name, rows: matrixOf(ir as MeshIr) }))
    : [];
  const failed = out === undefined || !right ? [] : writePage(out, file, matrices);
  const findings = [...compiled.findings, ...failed];
  const exitCode = failed.length > 0 ? exitCodes.usage : compiled.exitCode;
  if (json)
    printJson({ command: "matrix", file, environments: names, findings, exitCode }, { matrices: matrices.map(asJson) });
  else {
    if (exitCode !== exitCodes.ok) {
      printFindings(findings, process.stderr);
      process.stderr.write(`${summary(findings, file, names)}; there is no matrix\n`);
    } else
      process.stdout.write(
        out === undefined
          ? toldOnce(matrices.map(({ environment, rows }) => ({ environment, text: tableOf(rows) })))
          : `${out}\n`,
      );
  }
  return exitCode;
}

function writePage(path: string, file: string, matrices: readonly Matrix[]): readonly Finding[] {
  try {
    for (const { environment, rows } of matrices) writeFileSync(path, matrixHtml(`${file}, ${environment}`, rows));
    return [];
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    return [diagnose(notWritten, { message: error.message }, { path: [] })];
  }
}

function tableOf(rows: readonly MatrixRow[]): string {
  const lines = [["from", "to", "may"], ...rows.map((row) => [row.from, `${row.to}:${row.port}`, extentText(row)])];
  const widths = [0, 1].map((column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  return lines
    .map(
      ([from = "", to = "", may = ""]) =>
        `${from.padEnd(widths[0] ?? 0)}  ${to.padEnd(widths[1] ?? 0)}  ${printable(may)}`,
    )
    .join("\n");
}

const asJson = ({ environment, rows }: Matrix): Json => ({
  environment,
  rows: rows.map((row) => ({ ...row, extent: extentOf(row) })) as unknown as Json,
});
