/** Redirects on Istio: `HTTPRedirect`. `authority` takes no port along, `uri` keeps the query, both as Envoy does below. */
import { set } from "../../engines/istio/resources.ts";
import type { IstioFragment } from "../../engines/istio/slots.ts";
import type { Limit } from "../../engines/limit.ts";
import type { ReleaseOf } from "../../engines/releases.ts";
import type { RouteIr } from "../../ir/mesh-ir.ts";
import type { JsonObject } from "../../values/json.ts";
import type { RedirectIr } from "./ir.ts";

export function renderRedirect(
  { scheme, host, port, path, prefix, status }: RedirectIr,
  { matching }: RouteIr,
  release: ReleaseOf<"istio">,
): readonly IstioFragment[] {
  const redirect = {
    ...(scheme === undefined ? {} : { scheme }),
    ...(host === undefined ? {} : { authority: host }),
    ...(port === undefined ? {} : { port }),
    redirectCode: status,
  };
  // Where the loss was accepted it is left out, and the rest of the redirect stays.
  if (prefix === undefined || release === "1.30") {
    const whole = { ...redirect, ...(path === undefined ? {} : { uri: path }) };
    return Object.keys(whole).length === 1 ? [] : [set("route.redirect", [whole])];
  }
  const matched = matching.path?.kind === "prefix" ? matching.path.path : "/";
  return [
    set(
      "route.redirect",
      replacements(matched, prefix).map((replaced) => ({ ...redirect, ...replaced })),
    ),
  ];
}

const DEFAULT_PORTS = { http: 80, https: 443 } as const;

/** Istio leaves out a port that the scheme has anyway (route.go, ApplyRedirect); without a new host, the one that the client named stays. */
export function limitRedirect({ scheme, host, port }: RedirectIr, { path }: RouteIr): readonly Limit[] {
  const schemes = scheme === undefined ? (["http", "https"] as const) : [scheme];
  if (port === undefined || host !== undefined || schemes.every((one) => DEFAULT_PORTS[one] !== port)) return [];
  const why = "it leaves out the port that a scheme has anyway, and keeps the client's; name the `host`, too";
  return [{ path: [...path, "redirect", "port"], why }];
}

/** The matched segment itself, then what is below it; `prefixRewrite` replaces the text that the route matched. */
function replacements(matched: string, prefix: string): readonly JsonObject[] {
  const target = prefix === "/" ? "" : prefix.replace(/\/$/, "");
  const below = { prefixRewrite: `${target}/` };
  return matched === "/" ? [below] : [{ uri: target === "" ? "/" : target }, below];
}
