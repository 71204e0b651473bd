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
  const authority =
    port === undefined && host === undefined && to !== came
      ? withoutDefaultPort(message.authority, came)
      : authorityOf(message.authority, host, port);
  const rest = path ?? (prefix === undefined ? message.path : replacePrefix(message.path, matched, prefix));
  return `${to}://${authority}${rest}${message.query}`;
}

function authorityOf(asked: string, host: string | undefined, port: number | undefined): string {
  if (port === undefined) return host ?? asked;
  return `${host ?? asked.replace(/:[^:]*$/, "")}:${port}`;
}

/** What was the default of the old scheme would be wrong for the new one. */
const withoutDefaultPort = (authority: string, scheme: Scheme): string =>
  authority.replace(scheme === "http" ? /:80$/ : /:443$/, "");
