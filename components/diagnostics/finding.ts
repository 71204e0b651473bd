/**
 * A diagnostic as a reader meets it: with the place in the file, and the environments that it concerns.
 */
import { comparePaths } from "../values/model-path.ts";
import { byText } from "../values/order.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** Lines and columns count from 1. */
export interface Place {
  /** As the user names it. */
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

export interface Finding extends Diagnostic {
  readonly place?: Place | undefined;
  /** Absent: it concerns the file, whatever the environment. */
  readonly environments?: readonly string[] | undefined;
}

/** What several environments share is one finding that names them. */
export function mergeEnvironments(found: ReadonlyMap<string, readonly Finding[]>): readonly Finding[] {
  const merged = new Map<string, Finding & { readonly environments: string[] }>();
  for (const [environment, diagnostics] of found) {
    for (const diagnostic of diagnostics) {
      const { code, severity, path, engine, args, place } = diagnostic;
      const id = JSON.stringify([code, severity, path, engine, args, place]);
      const known = merged.get(id);
      if (known === undefined) merged.set(id, { ...diagnostic, environments: [environment] });
      else if (!known.environments.includes(environment)) known.environments.push(environment);
    }
  }
  return [...merged.values()];
}

/** By path, then code, as within one environment; what has no path in the mesh by its line. */
export const sortFindings = (findings: readonly Finding[]): readonly Finding[] =>
  [...findings].sort(
    (a, b) =>
      comparePaths(a.path, b.path) ||
      byText(a.code, b.code) ||
      byText(a.engine ?? "", b.engine ?? "") ||
      (a.place?.line ?? 0) - (b.place?.line ?? 0),
  );

/** "2 errors, 1 warning"; "no problems" where there is nothing at all. */
export function countFindings(findings: readonly Finding[]): string {
  const counts = (["error", "warning", "note"] as const)
    .map((severity) => ({ severity, count: findings.filter((finding) => finding.severity === severity).length }))
    .filter(({ count }) => count > 0);
  if (counts.length === 0) return "no problems";
  return counts.map(({ severity, count }) => `${count} ${severity}${count === 1 ? "" : "s"}`).join(", ");
}

export const formatPlace = ({ file, line, column }: Place): string =>
  [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(":");
