/** Redirects, acted out: what is not named stays as the client asked for it, the query included. */
import type { Message } from "../../contract/message.ts";
import { replacePrefix } from "../../contract/prefix.ts";
import type { PathMatch } from "../../ir/match.ts";
import type { RedirectIr } from "./ir.ts";

export type Scheme = "http" | "https";

/** @param scheme how the client came */
export function locationOf(
  { scheme, host, port, path, prefix }: RedirectIr,
  message: Message,
  matched: PathMatch | undefined,
  came: Scheme,
): string {
  const to = scheme ?? came;
  const authority = authorityOf(message.authority, host, port, scheme);
  const rest = path ?? (prefix === undefined ? message.path : replacePrefix(message.path, matched, prefix));
  return `${to}://${authority}${rest}${message.query}`;
}

/** A new scheme drops the port that was the default of the old one: it would be wrong for the new. */
function authorityOf(
  asked: string,
  host: string | undefined,
  port: number | undefined,
  scheme: Scheme | undefined,
): string {
  const colon = asked.lastIndexOf(":");
  const [name, old] = colon < 0 || asked.endsWith("]") ? [asked, ""] : [asked.slice(0, colon), asked.slice(colon)];
  if (port !== undefined) return `${host ?? name}:${port}`;
  if (host !== undefined) return host;
  const stale = (scheme === "https" && old === ":80") || (scheme === "http" && old === ":443");
  return stale ? name : asked;
}
