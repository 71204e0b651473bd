/**
 * What a diagnostic is: data. The prose belongs to its code (`codes.ts` of whoever owns it) and is put together in `format.ts`.
 */
import type { ModelPath } from "../values/model-path.ts";

/** `error` stops a deployment, `warning` is shown in every report, `note` records a loss that was accepted. */
export type Severity = "error" | "warning" | "note";

export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  /** Where in the mesh, from its root. */
  readonly path: ModelPath;
  /** The engine, with the release where it matters: "linkerd 2.20". */
  readonly engine?: string;
  /** The offending value, as far as it may be shown. */
  readonly got?: unknown;
  /** The named values that the code's prose speaks of. */
  readonly args: Args;
}

export type Args = Readonly<Record<string, string | number | readonly string[]>>;

/** One code: its number, its name and its prose. A number is never used for anything else, even when retired. */
export interface Code<A extends Args = Args> {
  /** `MW` and four digits; the first names the stage (docs/diagnostics). */
  readonly id: `MW${number}`;
  /** Kebab-case, for people. */
  readonly name: string;
  readonly severity: Severity;
  /** What is wrong, in the user's words, lower case. */
  readonly what: (args: A) => string;
  /** Why it matters. */
  readonly why: (args: A) => string;
  /** One concrete remedy. */
  readonly fix: (args: A) => string;
}

/** Keeps the type of the arguments of a code. */
export const defineCode = <A extends Args = Record<never, never>>(code: Code<A>): Code<A> => code;

/** Everything about one occurrence that is not its prose. */
export interface Occurrence {
  readonly path: ModelPath;
  readonly engine?: string | undefined;
  readonly got?: unknown;
  /** Only where one code has two severities, as a date that is near and one that has passed. */
  readonly severity?: Severity | undefined;
}

export function diagnose<A extends Args>(code: Code<A>, args: A, at: Occurrence): Diagnostic {
  return {
    code: code.id,
    severity: at.severity ?? code.severity,
    path: at.path,
    ...(at.engine === undefined ? {} : { engine: at.engine }),
    ...(at.got === undefined ? {} : { got: at.got }),
    args,
  };
}
