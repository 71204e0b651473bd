/** What is wrong with a rewrite on every engine. */
import type { RoutePlace } from "../../contract/capability.ts";
import type { RouteIr } from "../../ir/mesh-ir.ts";
import { emptyRewrite, rewritePathAndPrefix, rewritePrefixUnmatched } from "./codes.ts";
import type { RewriteIr } from "./ir.ts";

export function checkRewrite(rewrite: RewriteIr, { report, path }: RoutePlace, { matching }: RouteIr): void {
  const at = { path: [...path, "rewrite"] };
  if (Object.keys(rewrite).length === 0) report.add(emptyRewrite, {}, at);
  if (rewrite.path !== undefined && rewrite.prefix !== undefined) report.add(rewritePathAndPrefix, {}, at);
  if (rewrite.prefix !== undefined && matching.path?.kind !== "prefix")
    report.add(rewritePrefixUnmatched, {}, { path: [...at.path, "prefix"] });
}
