/** What a test can give to a request, and the request that it makes of it. */
import type { RequestSpec } from "../simulate/spec.ts";

export interface RequestOptions {
  /** A header that occurs several times has a list. */
  readonly headers?: Values | undefined;
  /** Added to the query of the path; names and values are escaped. */
  readonly query?: Values | undefined;
  readonly cookies?: Readonly<Record<string, string>> | undefined;
  /** The authority, where it is not the callee's own name. */
  readonly host?: string | undefined;
  /** The draw for weights and percentages, in [0, 1). @default none: shares stay shares */
  readonly random?: number | undefined;
}

type Values = Readonly<Record<string, string | readonly string[]>>;

export const isUrl = (target: string): boolean => /^https?:\/\//.test(target);

export function specOf(
  base: RequestSpec,
  method: string,
  path: string,
  { headers = {}, query = {}, cookies, host, random }: RequestOptions,
): RequestSpec {
  const lines = [...pairsOf(headers), ...(cookies === undefined ? [] : [["cookie", cookieLine(cookies)] as const])];
  return { ...base, method, path: withQuery(path, pairsOf(query)), headers: lines, host, random };
}

const pairsOf = (values: Values): readonly (readonly [string, string])[] =>
  Object.entries(values).flatMap(([name, value]) => [value].flat().map((one) => [name, one] as const));

const cookieLine = (cookies: Readonly<Record<string, string>>): string =>
  Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");

function withQuery(path: string, pairs: readonly (readonly [string, string])[]): string {
  if (pairs.length === 0) return path;
  const added = pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
  return `${path}${path.includes("?") ? "&" : "?"}${added}`;
}
