/**
 * Collects diagnostics: every stage reports here and goes on, nothing throws at the first problem.
 */
import { comparePaths } from "../values/model-path.ts";
import { byText } from "../values/order.ts";
import { type Args, type Code, type Diagnostic, diagnose, type Occurrence } from "./diagnostic.ts";

export class Report {
  readonly #found: Diagnostic[] = [];

  add<A extends Args>(code: Code<A>, args: A, at: Occurrence): void {
    this.#found.push(diagnose(code, args, at));
  }

  addAll(diagnostics: readonly Diagnostic[]): void {
    this.#found.push(...diagnostics);
  }

  get hasErrors(): boolean {
    return this.#found.some(({ severity }) => severity === "error");
  }

  /** By path, then code: the same list for the same mesh, in whatever order it was found. */
  sorted(): readonly Diagnostic[] {
    return sortDiagnostics(this.#found);
  }
}

export const sortDiagnostics = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.length === 0
    ? NOTHING
    : [...diagnostics].sort(
        (a, b) => comparePaths(a.path, b.path) || byText(a.code, b.code) || byText(a.engine ?? "", b.engine ?? ""),
      );

/** Most parts of most meshes are sound: for those there is no list to keep. */
const NOTHING: readonly never[] = Object.freeze([]);

export const joined = (...found: (readonly Diagnostic[])[]): readonly Diagnostic[] =>
  found.every(({ length }) => length === 0) ? NOTHING : found.flat();

export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some(({ severity }) => severity === "error");
