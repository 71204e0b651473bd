/** `mesh simulate`: what a request would do, and why, without running anything. */
import type { Diagnostic } from "../components/diagnostics/diagnostic.ts";
import { mergeEnvironments, sortFindings } from "../components/diagnostics/finding.ts";
import type { MeshIr } from "../components/ir/mesh-ir.ts";
import type { Explanation } from "../components/simulate/explain.ts";
import { everythingOf, formatLines, summaryOf } from "../components/simulate/format.ts";
import type { SimulatedRequest } from "../components/simulate/request.ts";
import { simulate as ask } from "../components/simulate/simulate.ts";
import type { RequestSpec } from "../components/simulate/spec.ts";
import type { Json } from "../components/values/json.ts";
import { compileFile } from "./compile-file.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import { printFindings, printJson, summary, toldOnce } from "./report.ts";

export interface SimulateOptions {
  readonly environment: string | undefined;
  readonly request: RequestSpec;
  /** All that was looked at, not just the five lines. */
  readonly everything: boolean;
  readonly json: boolean;
}

interface Answer {
  readonly environment: string;
  readonly request: SimulatedRequest;
  readonly explanation: Explanation;
}

export async function simulate(file: string, options: SimulateOptions): Promise<ExitCode> {
  const { environment, request: spec, everything, json } = options;
  const compiled = await compileFile(file, { environment });
  const names = compiled.environments.map(({ name }) => name);
  const right = compiled.exitCode === exitCodes.ok ? compiled.environments : [];
  const simulated = right.map(({ name, ir }) => ({ environment: name, ...ask(ir as MeshIr, spec) }));
  const refused = mergeEnvironments(
    new Map(simulated.map((one) => [one.environment, one.kind === "refused" ? one.diagnostics.map(atFlag) : []])),
  );
  const answers = simulated.filter((one) => one.kind === "explained");
  const findings = sortFindings([...compiled.findings, ...refused]);
  const exitCode = refused.length > 0 ? exitCodes.usage : compiled.exitCode;
  if (json)
    printJson({ command: "simulate", file, environments: names, findings, exitCode }, { answers: answers.map(asJson) });
  else {
    // What the mesh's own check notes is not what was asked for, unless it is why there is no answer.
    const told =
      compiled.exitCode === exitCodes.ok ? findings.filter(({ severity }) => severity === "error") : findings;
    printFindings(told, process.stderr);
    if (exitCode !== exitCodes.ok) process.stderr.write(`${summary(told, file, names)}; nothing was simulated\n`);
    process.stdout.write(
      toldOnce(answers.map((one) => ({ environment: one.environment, text: textOf(one, everything) }))),
    );
  }
  return exitCode;
}

/** Where the user wrote it. */
const FLAGS: { readonly [field in keyof RequestSpec]-?: string } = {
  from: "--from",
  gateway: "--gateway",
  to: "--to",
  method: "--method",
  path: "--path",
  headers: "--header",
  host: "--host",
  random: "--random",
  backends: "--failing",
};

const atFlag = (found: Diagnostic): Diagnostic => ({
  ...found,
  path: found.path.map((field) => FLAGS[field as keyof RequestSpec]),
});

const textOf = ({ request, explanation }: Answer, everything: boolean): string =>
  formatLines((everything ? everythingOf : summaryOf)(request, explanation));

const asJson = ({ environment, request, explanation }: Answer): Json =>
  JSON.parse(
    JSON.stringify({ environment, request, ...explanation }, (_key, value: unknown) =>
      value instanceof Map ? Object.fromEntries(value) : value,
    ),
  ) as Json;
