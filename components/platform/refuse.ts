/** Diagnostics inside a Pulumi program: errors end it before anything is created, warnings go to its log. */
import { log, RunError } from "@pulumi/pulumi";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { formatText } from "../diagnostics/format.ts";
import { hasErrors } from "../diagnostics/report.ts";
import { catalogue } from "../preflight/catalogue.ts";

/** A `RunError` has no stack for Pulumi to print: what is wrong is in the mesh or the stack, not in this code. */
export function refuseErrors(diagnostics: readonly Diagnostic[]): void {
  if (hasErrors(diagnostics)) throw new RunError(`nothing was deployed\n\n${formatText(catalogue, diagnostics)}`);
  const warnings = diagnostics.filter(({ severity }) => severity === "warning");
  if (warnings.length > 0) void log.warn(formatText(catalogue, warnings));
}
