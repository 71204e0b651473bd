/** Redirects on Envoy: `Route.redirect` (RedirectAction v3). */
import { prefixReplacement, set } from "../../engines/envoy/resources.ts";
import type { EnvoyFragment } from "../../engines/envoy/slots.ts";
import type { RouteIr } from "../../ir/mesh-ir.ts";
import type { RedirectIr } from "./ir.ts";

const CODES = {
  301: "MOVED_PERMANENTLY",
  302: "FOUND",
  303: "SEE_OTHER",
  307: "TEMPORARY_REDIRECT",
  308: "PERMANENT_REDIRECT",
} as const;

export function renderRedirect(
  { scheme, host, port, path, prefix, status }: RedirectIr,
  { matching }: RouteIr,
): readonly EnvoyFragment[] {
  return [
    set("route.redirect", {
      ...(scheme === undefined ? {} : { scheme_redirect: scheme }),
      ...(host === undefined ? {} : { host_redirect: host }),
      ...(port === undefined ? {} : { port_redirect: port }),
      ...(path === undefined ? {} : { path_redirect: path }),
      ...(prefix === undefined ? {} : prefixReplacement(matching.path, prefix)),
      response_code: CODES[status],
    }),
  ];
}
