/**
 * Regular expressions: RE2 syntax, matched against the whole subject, as every engine does.
 * RE2 has no backtracking, so no expression of a user can stall the compiler or a proxy.
 */
import { RE2JS } from "re2js";

/** Istio caps a regex at 1,024 characters (engines: validation of StringMatch); one limit for all. */
export const LONGEST_REGEX = 1_024;

export const isRegex = (pattern: string): boolean => {
  if (pattern === "" || pattern.length > LONGEST_REGEX) return false;
  try {
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
};

const compiled = new Map<string, RE2JS>();

/** Does the whole of `text` match? The pattern has passed `isRegex`. */
export function matchesWhole(pattern: string, text: string): boolean {
  let program = compiled.get(pattern);
  if (program === undefined) compiled.set(pattern, (program = RE2JS.compile(pattern)));
  return program.matches(text);
}

/** `text` as a regex that matches just itself. */
export const quoteRegex = (text: string): string => RE2JS.quote(text);
