/** What a user sees of a bug of ours: one diagnostic. The stack is for whoever asks for it. */
import { diagnose } from "../components/diagnostics/diagnostic.ts";
import { formatText } from "../components/diagnostics/format.ts";
import { catalogue } from "./catalogue.ts";
import { internalError } from "./codes.ts";
import { paintFor } from "./paint.ts";

export function printBug(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const found = diagnose(internalError, { message }, { path: [] });
  process.stderr.write(formatText(catalogue, [found], paintFor(process.stderr)));
  if (process.env.MESHWRIGHT_DEBUG === "1") process.stderr.write(`${error instanceof Error ? error.stack : ""}\n`);
}
