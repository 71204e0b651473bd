/**
 * Collects diagnostics: every stage reports here and goes on, nothing throws at the first problem.
 */
import { comparePaths } from "../values/model-path.ts";
import { NONE } from "../values/none.ts";
import { byText } from "../values/order.ts";
import { type Args, type Code, type Diagnostic, diagnose, type Occurrence } from "./diagnostic.ts";

export class Report {
  readonly #found: Diagnostic[] = [];

  add<A extends Args>(code: Code<A>, args: A, at: Occurrence): void {
    this.#found.push(diagnose(code, args, at));
  }

  addAll(diagnostics: readonly Diagnostic[]): void {
    for (const one of diagnostics) this.#found.push(one);
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
    ? NONE
    : [...diagnostics].sort(
        (a, b) => comparePaths(a.path, b.path) || byText(a.code, b.code) || byText(a.engine ?? "", b.engine ?? ""),
      );

export const joined = (...found: (readonly Diagnostic[])[]): readonly Diagnostic[] =>
  found.every(({ length }) => length === 0) ? NONE : found.flat();

export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some(({ severity }) => severity === "error");
