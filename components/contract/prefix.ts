/** What becomes of a path whose prefix is replaced: rewrites and redirects say it alike. */
import type { PathMatch } from "../ir/match.ts";

/** The matched prefix goes, by whole segments, and the replacement takes its place; nothing is doubled between them. */
export function replacePrefix(path: string, match: PathMatch | undefined, replacement: string): string {
  const target = replacement.replace(/\/$/, "");
  const rest = match?.kind === "prefix" && match.path !== "/" ? path.slice(match.path.length) : path;
  return `${target}${rest}` || "/";
}
