/**
 * Conditions on cookies as one regular expression on the header that carries them all: Istio has no cookie match. A regular expression
 * cannot ask for two things at once, so several cookies are asked for in every order in which they may stand.
 */
import type { NamedMatch, TextMatch } from "../../ir/match.ts";
import { quoteRegex } from "../../values/regex.ts";

export const cookiesRegex = (cookies: readonly NamedMatch[]): string =>
  permutations(cookies.map(cookieRegex)).map(inThisOrder).join("|");

/** Anything before it ends a cookie, anything behind it begins one. */
const inThisOrder = (cookies: readonly string[]): string => `(?:.*;\\s*)?${cookies.join(";(?:.*;)?\\s*")}(?:;.*)?`;

/** A value may stand in quotes, which do not belong to it. */
const cookieRegex = ({ name, match }: NamedMatch): string => {
  const value = valueRegex(match);
  return `${quoteRegex(name)}=(?:${value}|"${value}")`;
};

function valueRegex(match: TextMatch): string {
  if (match.kind === "regex") return `(?:${match.regex})`;
  if (match.kind !== "exact") return "[^;]*";
  return match.value.includes(";") ? NOTHING : quoteRegex(match.value);
}

/** No cookie has a semicolon in its value: what asks for one never holds. Proxies read bytes, which the whole of Unicode is not. */
const NOTHING = "[^\\s\\S]";

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((first, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [first, ...rest]),
  );
}

/** Does an expression ask for the beginning or end of its subject, or of a word? Escapes and classes aside. */
export const hasAnchor = (regex: string): boolean =>
  /[\^$]|\\[AzbB]/.test(regex.replaceAll(/\\[^AzbB]|\[\^?\]?(?:\\.|[^\]\\])*\]/g, ""));
