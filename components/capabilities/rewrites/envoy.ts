/** Rewrites on Envoy: `prefix_rewrite`, `regex_rewrite` and `host_rewrite_literal` of RouteAction v3. */
import { prefixReplacement, regexMatcher, set } from "../../engines/envoy/resources.ts";
import type { EnvoyFragment } from "../../engines/envoy/slots.ts";
import type { RouteIr } from "../../ir/mesh-ir.ts";
import type { RewriteIr } from "./ir.ts";

export function renderRewrite({ path, prefix, host }: RewriteIr, { matching }: RouteIr): readonly EnvoyFragment[] {
  return [
    ...(path === undefined ? [] : [set("route.pathRewrite", wholePath(path))]),
    ...(prefix === undefined ? [] : [set("route.pathRewrite", prefixReplacement(matching.path, prefix))]),
    ...(host === undefined ? [] : [set("route.hostRewrite", { host_rewrite_literal: host })]),
  ];
}

/** The regex sees the path without its query. In a substitution only a backslash means more than itself, and no path has one. */
const wholePath = (path: string) => ({ regex_rewrite: { pattern: regexMatcher("^.*$"), substitution: path } });
