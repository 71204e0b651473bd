/** The probes of a mesh file, checked: as probes, and against the mesh of every environment that they are for. */
import { unknownEnvironment } from "../components/deployment/codes.ts";
import { type Diagnostic, diagnose } from "../components/diagnostics/diagnostic.ts";
import { type Finding, mergeEnvironments } from "../components/diagnostics/finding.ts";
import { hasErrors } from "../components/diagnostics/report.ts";
import { checkProbes } from "../components/local/check-probes.ts";
import type { Probe } from "../components/local/probe.ts";
import { readProbes } from "../components/local/read-probes.ts";
import { nearest } from "../components/values/name.ts";
import type { CompiledFile } from "./compile-file.ts";

export interface ProbesOfFile {
  readonly probes: readonly Probe[];
  /** Where there are any, nothing is sent. */
  readonly findings: readonly Finding[];
}

export function probesOf(file: CompiledFile): ProbesOfFile {
  const { findings, probes } = checked(file);
  return { probes, findings: findings.map((one) => ({ ...one, place: one.place ?? file.placeOf(one.path) })) };
}

function checked({ probes: exported, environments, known }: CompiledFile): ProbesOfFile {
  if ("findings" in exported) return { probes: [], findings: exported.findings };
  const read = readProbes(exported.value);
  if (read.kind === "wrong") return { probes: [], findings: read.diagnostics };
  const { probes } = read;
  // A mesh with errors is mended first.
  const right = environments.flatMap(({ name, ir, found }) =>
    ir === undefined || hasErrors(found) ? [] : [{ name, ir }],
  );
  const found = new Map(right.map(({ name, ir }) => [name, checkProbes(probes, ir)]));
  const elsewhere = known.length === 0 ? [] : unknownEnvironments(probes, known);
  return { probes, findings: [...elsewhere, ...mergeEnvironments(found)] };
}

const unknownEnvironments = (probes: readonly Probe[], known: readonly string[]): readonly Diagnostic[] =>
  probes.flatMap(({ environment: name }, index) => {
    if (name === undefined || known.includes(name)) return [];
    const args = { name, nearest: nearest(name, known) ?? "", known };
    return [diagnose(unknownEnvironment, args, { path: ["probes", index, "environment"], got: name })];
  });
