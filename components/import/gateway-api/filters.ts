/** What a rule does with a request before it is sent on, as the fields of a route. */
import type { HeaderChangesFields } from "../../capabilities/header-changes/model.ts";
import type { RedirectFields } from "../../capabilities/redirects/model.ts";
import type { RewriteFields } from "../../capabilities/rewrites/model.ts";
import type { Cursor } from "../../contract/cursor.ts";
import { notExpressible } from "./codes.ts";
import type { Filter } from "./objects.ts";

export interface Filtered {
  readonly headers?: HeaderChangesFields;
  readonly redirect?: RedirectFields;
  readonly rewrite?: RewriteFields;
}

/** The port of the listener or Service that a request comes in by, and how. */
export interface Entrance {
  readonly scheme: "http" | "https";
  readonly port: number;
}

export function filtered(filters: readonly Filter[], entrance: Entrance, at: Cursor): Filtered {
  const redirect = only(filters, "requestRedirect", at);
  const rewrite = only(filters, "urlRewrite", at);
  const request = changes(only(filters, "requestHeaderModifier", at), at);
  const response = changes(only(filters, "responseHeaderModifier", at), at);
  return {
    ...((request || response) && { headers: { ...(request && { request }), ...(response && { response }) } }),
    ...(redirect && { redirect: redirectOf(redirect, entrance) }),
    ...(rewrite && { rewrite: { ...pathOf(rewrite.path), ...host(rewrite.hostname) } }),
  };
}

type Part = "requestRedirect" | "urlRewrite" | "requestHeaderModifier" | "responseHeaderModifier";

/** A rule and its only backend may both change headers; which of the two comes first no route can say. */
function only<K extends Part>(filters: readonly Filter[], part: K, at: Cursor): Filter[K] | undefined {
  const found = filters.flatMap((one) => (one[part] === undefined ? [] : [one[part]]));
  if (found.length > 1) at.fail(notExpressible, { feature: `several filters of one type (${part})` });
  return found[0];
}

type Modifier = NonNullable<Filter["requestHeaderModifier"]>;

function changes(written: Modifier | undefined, at: Cursor) {
  if (written === undefined) return undefined;
  const { set = [], add = [], remove = [] } = written;
  const names = [...set, ...add].map(({ name }) => name.toLowerCase()).concat(remove.map((name) => name.toLowerCase()));
  if (new Set(names).size < names.length)
    at.fail(notExpressible, { feature: "several changes of one header in one filter" });
  const record = (values: typeof set) => Object.fromEntries(values.map(({ name, value }) => [name, value]));
  return { set: record(set), add: record(add), remove };
}

const DEFAULT_PORT = { http: 80, https: 443 } as const;

/**
 * Where no port is asked for, that of a new scheme holds, else that of the listener; the default of a scheme is not written.
 * @source Gateway API 1.6, HTTPRequestRedirectFilter.port
 */
function redirectOf(
  { scheme, hostname, port, path, statusCode }: NonNullable<Filter["requestRedirect"]>,
  entrance: Entrance,
): RedirectFields {
  const to = scheme ?? entrance.scheme;
  const wanted = port ?? (scheme === undefined ? entrance.port : DEFAULT_PORT[scheme]);
  const isUnderstood =
    wanted === DEFAULT_PORT[to] && (hostname !== undefined || entrance.port === DEFAULT_PORT[entrance.scheme]);
  // A redirect has to say something; to the same address, with another status, it says the scheme.
  const isSame = hostname === undefined && path === undefined && isUnderstood;
  return {
    ...((scheme !== undefined || isSame) && { scheme: to }),
    ...host(hostname),
    ...(!isUnderstood && { port: wanted }),
    ...pathOf(path),
    ...(statusCode && { status: statusCode }),
  };
}

const host = (hostname: string | undefined) => (hostname === undefined ? {} : { host: hostname });

const pathOf = (change: NonNullable<Filter["urlRewrite"]>["path"]) => ({
  ...(change?.replaceFullPath !== undefined && { path: change.replaceFullPath }),
  ...(change?.replacePrefixMatch !== undefined && { prefix: change.replacePrefixMatch }),
});
