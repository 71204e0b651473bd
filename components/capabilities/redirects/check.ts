/** What is wrong with a redirect on every engine. */
import type { RoutePlace } from "../../contract/capability.ts";
import type { RouteIr } from "../../ir/mesh-ir.ts";
import { emptyRedirect, pathAndPrefix, redirectPrefixUnmatched } from "./codes.ts";
import type { RedirectIr } from "./ir.ts";

export function checkRedirect(redirect: RedirectIr, { report, path }: RoutePlace, { matching }: RouteIr): void {
  const at = { path: [...path, "redirect"] };
  const { status: _, ...changes } = redirect;
  if (Object.keys(changes).length === 0) report.add(emptyRedirect, {}, at);
  if (redirect.path !== undefined && redirect.prefix !== undefined) report.add(pathAndPrefix, {}, at);
  if (redirect.prefix !== undefined && matching.path?.kind !== "prefix")
    report.add(redirectPrefixUnmatched, {}, { path: [...at.path, "prefix"] });
}
