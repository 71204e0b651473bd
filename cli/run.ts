/** `mesh run`: the mesh of one environment on this machine; says what is wrong with the file, before and while it runs. */
import { type Finding, sortFindings } from "../components/diagnostics/finding.ts";
import { formatTable } from "../components/local/format-run.ts";
import { type Loaded, type RunOutcome, runMesh } from "../components/local/run.ts";
import { type CompiledFile, compileFile } from "./compile-file.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import { probesOf } from "./probes.ts";
import { printFindings, printJson } from "./report.ts";

export interface RunOptions {
  readonly environment: string | undefined;
  readonly once: boolean;
  readonly envoy: string | undefined;
  readonly json: boolean;
}

export async function run(file: string, options: RunOptions): Promise<ExitCode> {
  const { environment, once, envoy, json } = options;
  const note = (text: string) => process.stderr.write(text);
  let compiled: CompiledFile | undefined;
  const load = async (): Promise<Loaded> => {
    const first = compiled === undefined;
    compiled = await compileFile(file, { environment, firstOnly: true, further: ["envoy"] });
    const { probes, findings: ofProbes } = probesOf(compiled);
    if (ofProbes.length > 0) compiled = withWrongProbes(compiled, ofProbes);
    const here = compiled.findings.filter(concernsThisMachine);
    if (!json || !first) printFindings(here, process.stderr);
    if (first && !json)
      note(elsewhere(compiled.findings.length - here.length, file) + whichEnvironment(compiled, environment));
    const right = compiled.exitCode === exitCodes.ok;
    return { ir: right ? compiled.environments[0]?.ir : undefined, probes };
  };
  const write = (text: string) => (json ? process.stderr : process.stdout).write(text);
  const outcome = await runMesh({ file, load, envoy, once, write, note });
  const exitCode = exitCodeOf(outcome, compiled);
  const rows = outcome.kind === "probed" ? outcome.rows : [];
  if (json && compiled !== undefined) {
    const environments = compiled.environments.map(({ name }) => name);
    printJson(
      { command: "run", file, environments, findings: compiled.findings, exitCode },
      { rows: rows.map((row) => ({ ...row })) },
    );
  } else if (outcome.kind === "probed") process.stdout.write(formatTable(rows));
  return exitCode;
}

/** A mesh with errors is the first thing to mend; else probes that cannot be sent are input that cannot be read. */
const withWrongProbes = (compiled: CompiledFile, found: readonly Finding[]): CompiledFile => ({
  ...compiled,
  findings: sortFindings([...compiled.findings, ...found]),
  exitCode: compiled.exitCode === exitCodes.ok ? exitCodes.usage : compiled.exitCode,
});

/** What another engine does a little differently is no news to somebody who watches Envoy; errors of every target are. */
const concernsThisMachine = ({ severity, engine }: Finding): boolean =>
  severity !== "note" || engine === undefined || engine.startsWith("envoy");

function elsewhere(notes: number, file: string): string {
  if (notes === 0) return "";
  return `${notes === 1 ? "1 note" : `${notes} notes`} on other engines: mesh check ${file}\n`;
}

function whichEnvironment({ environments, known }: CompiledFile, asked: string | undefined): string {
  const [environment] = environments;
  if (environment === undefined || asked !== undefined || known.length < 2) return "";
  return `environment ${environment.name} (of ${known.join(", ")}; choose with --env)\n`;
}

/** A row that disagrees is an error of the mesh: it does not do what its author expects. */
function exitCodeOf(outcome: RunOutcome, compiled: CompiledFile | undefined): ExitCode {
  switch (outcome.kind) {
    case "ended":
      return exitCodes.ok;
    case "probed":
      return outcome.rows.every(({ agrees }) => agrees) ? exitCodes.ok : exitCodes.errors;
    case "wrong":
      return compiled?.exitCode ?? exitCodes.errors;
    case "missing":
      return exitCodes.missing;
  }
}
