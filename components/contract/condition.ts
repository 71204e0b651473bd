/** Conditions of the IR, ready to be asked of requests. Routes and rules of access ask alike. */
import { RE2JS } from "re2js";
import type { NamedMatch, PathMatch, TextMatch } from "../ir/match.ts";
import { type Condition, type Message, valuesOf } from "./message.ts";
import { PROXY_HEADERS } from "./proxy-headers.ts";

export const pathCondition = (match: PathMatch): Condition => {
  const holds = pathTest(match);
  return { text: `path ${pathText(match)}`, holds: ({ path }) => holds(path) };
};

/** "path is /a or /b or below"; what is said already is not said again. */
export function anyPathCondition(matches: readonly PathMatch[]): Condition {
  const tests = matches.map(pathTest);
  const texts = matches.map((match, index) => pathText(match, matches[index - 1]));
  return { text: `path ${texts.join(" or ")}`, holds: ({ path }) => tests.some((holds) => holds(path)) };
}

export const methodCondition = (methods: readonly string[]): Condition => {
  const wanted = new Set(methods);
  return { text: `method ${methods.join(" or ")}`, holds: ({ method }) => wanted.has(method) };
};

export const authorityCondition = (wanted: string): Condition => ({
  text: `authority ${wanted}`,
  holds: ({ authority }) => authority.toLowerCase() === wanted,
});

/** A header that occurs several times: one value that fits is enough. */
export function headerCondition({ name, match }: NamedMatch): Condition {
  const condition = named("header", name, match, (message) => valuesOf(message, name));
  if (!PROXY_HEADERS.has(name)) return condition;
  return { ...condition, holds: () => true, unknowable: `proxies write the header ${name}` };
}

export const queryCondition = ({ name, match }: NamedMatch): Condition =>
  named("query parameter", name, match, ({ query }) => listOf(queryValue(query, name)));

export const cookieCondition = ({ name, match }: NamedMatch): Condition =>
  named("cookie", name, match, (message) => listOf(cookieValue(message, name)));

function named(
  part: string,
  name: string,
  match: TextMatch,
  valuesIn: (message: Message) => readonly string[],
): Condition {
  const text = `${part} ${name} ${textOf(match)}`;
  if (match.kind === "absent") return { text, holds: (message) => valuesIn(message).length === 0 };
  const holds = textTest(match);
  return { text, holds: (message) => valuesIn(message).some(holds) };
}

const NONE: readonly string[] = [];
const listOf = (value: string | undefined): readonly string[] => (value === undefined ? NONE : [value]);

// --- paths -----------------------------------------------------------------------------------------------------------

/** A prefix holds for whole segments, and "/" for every path. */
function pathTest(match: PathMatch): (path: string) => boolean {
  switch (match.kind) {
    case "exact":
      return (path) => path === match.path;
    case "prefix":
      return match.path === "/"
        ? () => true
        : (path) =>
            path.startsWith(match.path) && (path.length === match.path.length || path[match.path.length] === "/");
    case "regex":
      return regexTest(match.regex);
  }
}

function pathText(match: PathMatch, before?: PathMatch): string {
  if (match.kind === "regex") return `matches ${match.regex}`;
  const place = match.kind === "exact" ? match.path : `${match.path} or below`;
  const isSaid = before !== undefined && before.kind !== "regex";
  return isSaid ? place : `is ${place}`;
}

// --- texts -----------------------------------------------------------------------------------------------------------

function textTest(match: Exclude<TextMatch, { kind: "absent" }>): (value: string) => boolean {
  switch (match.kind) {
    case "exact":
      return (value) => value === match.value;
    case "prefix":
      return (value) => value.startsWith(match.value);
    case "regex":
      return regexTest(match.regex);
    case "present":
      return () => true;
  }
}

function textOf(match: TextMatch): string {
  switch (match.kind) {
    case "exact":
      return `is ${JSON.stringify(match.value)}`;
    case "prefix":
      return `begins with ${JSON.stringify(match.value)}`;
    case "regex":
      return `matches ${match.regex}`;
    case "present":
      return "is there";
    case "absent":
      return "is not there";
  }
}

/** The whole text, in the syntax and the linear time of RE2. */
function regexTest(regex: string): (text: string) => boolean {
  const program = RE2JS.compile(regex);
  return (text) => program.matches(text);
}

// --- parts of a message ----------------------------------------------------------------------------------------------

/** The first of that name, as it was sent: nothing is decoded. */
function queryValue(query: string, name: string): string | undefined {
  const pairs = query.slice(1).split("&");
  return pairs.find((pair) => pair.split("=", 1)[0] === name)?.slice(name.length + 1);
}

/**
 * The first of that name in the `Cookie` headers. Pairs end at a semicolon, a name at the first equal sign; nothing is decoded, and
 * blanks are left out only before a name.
 */
function cookieValue({ headers }: Message, name: string): string | undefined {
  for (const header of headers.get("cookie") ?? NONE)
    for (const pair of header.split(";")) {
      const equal = pair.indexOf("=");
      if (equal >= 0 && pair.slice(0, equal).trimStart() === name) return unquoted(pair.slice(equal + 1));
    }
  return undefined;
}

const unquoted = (value: string): string =>
  value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
