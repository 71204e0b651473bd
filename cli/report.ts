/**
 * How commands tell what they found: as text with a summary, or as one JSON document. Text goes to the stream that the command
 * names; JSON, whatever happened, to standard output.
 */
import { countFindings, type Finding } from "../components/diagnostics/finding.ts";
import { describe, formatText, printable } from "../components/diagnostics/format.ts";
import type { Json, JsonObject } from "../components/values/json.ts";
import { catalogue } from "./catalogue.ts";
import type { ExitCode } from "./exit-code.ts";
import { paintFor } from "./paint.ts";

/** What every JSON document of a command holds; commands add their results. */
interface Outcome {
  readonly command: string;
  readonly file: string;
  readonly environments: readonly string[];
  readonly findings: readonly Finding[];
  readonly exitCode: ExitCode;
}

export function printJson(
  { command, file, environments, findings, exitCode }: Outcome,
  results: JsonObject = {},
): void {
  const count = (severity: string) => findings.filter((finding) => finding.severity === severity).length;
  const document: JsonObject = {
    schema: 1,
    command,
    file,
    environments,
    exitCode,
    errors: count("error"),
    warnings: count("warning"),
    notes: count("note"),
    ...results,
    findings: findings.map((finding) => describe(catalogue, finding) as unknown as Json),
  };
  process.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
}

/** Nothing at all where there is nothing to say. */
export function printFindings(findings: readonly Finding[], stream: NodeJS.WriteStream): void {
  if (findings.length > 0) stream.write(`${formatText(catalogue, findings, paintFor(stream))}\n`);
}

/** "2 errors, 1 warning in online-boutique.ts (environments dev, prod)"; the files are those where something was found. */
export function summary(findings: readonly Finding[], file: string, environments: readonly string[]): string {
  const plural = environments.length === 1 ? "" : "s";
  const where = environments.length === 0 ? "" : ` (environment${plural} ${environments.join(", ")})`;
  return printable(`${countFindings(findings)} in ${filesOf(findings, file)}${where}`);
}

/** Somewhere else than in the mesh, too: in a stack file, in a part of the mesh. */
function filesOf(findings: readonly Finding[], file: string): string {
  const [first = file, ...others] = new Set(findings.map(({ place }) => place?.file ?? file));
  return others.length === 0 ? first : `${first} and ${others.length} more file${others.length === 1 ? "" : "s"}`;
}

/** Environments that say the same are told once, by their names where there are several. */
export function toldOnce(said: readonly { readonly environment: string; readonly text: string }[]): string {
  const texts = Map.groupBy(said, ({ text }) => text);
  const namesOf = (same: typeof said) =>
    said.length > 1 ? `${same.map(({ environment }) => environment).join(", ")}:\n` : "";
  return [...texts].map(([text, same]) => `${namesOf(same)}${text}\n`).join("\n");
}
