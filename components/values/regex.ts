/**
 * Regular expressions: RE2 syntax, matched against the whole subject, as every engine does.
 * RE2 has no backtracking, so no expression of a user can stall the compiler or a proxy.
 */
import { RE2JS } from "re2js";

/** Istio caps a regex at 1,024 characters (engines: validation of StringMatch); one limit for all. */
export const LONGEST_REGEX = 1_024;

/** In steps of a compiled expression; `[a-z]{1,63}` has 128. Proxies refuse what is far larger, and with it all routes of a proxy. */
const LARGEST_PROGRAM = 4_000;

export const isRegex = (pattern: string): boolean => {
  if (pattern === "" || pattern.length > LONGEST_REGEX || BEYOND_BYTES.test(withoutQuotes(pattern))) return false;
  try {
    return RE2JS.compile(pattern).programSize() <= LARGEST_PROGRAM;
  } catch {
    return false;
  }
};

/** `\x{100}` and above: proxies read bytes, and refuse to look for what no byte is. */
const BEYOND_BYTES = /(?<!\\)(?:\\\\)*\\x\{0*[1-9a-f][0-9a-f]{2,}\}/i;

const withoutQuotes = (pattern: string): string => pattern.replaceAll(/\\Q.*?(?:\\E|$)/gs, "");

const compiled = new Map<string, RE2JS>();

/** Does the whole of `text` match? The pattern has passed `isRegex`. */
export function matchesWhole(pattern: string, text: string): boolean {
  let program = compiled.get(pattern);
  if (program === undefined) compiled.set(pattern, (program = RE2JS.compile(pattern)));
  return program.matches(text);
}

/** `text` as a regex that matches just itself. */
export const quoteRegex = (text: string): string => RE2JS.quote(text);
