/**
 * Rewrites on Istio: `HTTPRewrite`. Always by regular expression: its `uri` replaces whatever text the route matched, which would
 * make `/newx` of `/api/x`, and nothing at all where the route matched by a regex.
 */
import { pathReplacement, set } from "../../engines/istio/resources.ts";
import type { IstioFragment } from "../../engines/istio/slots.ts";
import type { RouteIr } from "../../ir/mesh-ir.ts";
import type { RewriteIr } from "./ir.ts";

export function renderRewrite({ path, prefix, host }: RewriteIr, { matching }: RouteIr): readonly IstioFragment[] {
  const replaced = prefix === undefined ? undefined : pathReplacement(matching.path, prefix);
  return [
    ...(path === undefined ? [] : [set("route.pathRewrite", { match: "^.*$", rewrite: literal(path) })]),
    ...(replaced === undefined
      ? []
      : [set("route.pathRewrite", { match: replaced.match, rewrite: literal(replaced.by) })]),
    ...(host === undefined ? [] : [set("route.hostRewrite", host)]),
  ];
}

/** A backslash in a substitution would start a group. */
const literal = (path: string): string => path.replaceAll("\\", "\\\\");
