/** The cases that RE2 publishes with Go (`regexp/testdata/re2-search.txt`), in the form that its head describes. */
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { goOutput } from "../go-module.ts";

export interface RegexCase {
  readonly regex: string;
  readonly text: string;
  /** Does the whole text match? */
  readonly whole: boolean;
  /** Where the first match is found, and its groups, leftmost-first and leftmost-longest: `0-2 1-2`, or `-`. */
  readonly first: string;
  readonly longest: string;
}

export type FoundCases =
  | { readonly kind: "found"; readonly cases: readonly RegexCase[] }
  | { readonly kind: "none"; readonly why: string };

export function readRegexCases(): FoundCases {
  const root = goOutput(["env", "GOROOT"], tmpdir());
  if (root.kind === "none") return root;
  const file = join(root.text.trim(), "src/regexp/testdata/re2-search.txt");
  return { kind: "found", cases: parseCases(readFileSync(file, "utf8")) };
}

/** Texts first, then expressions, each followed by a line of results for each text. */
function parseCases(file: string): readonly RegexCase[] {
  const cases: RegexCase[] = [];
  let texts: string[] = [];
  let left: string[] = [];
  let regex = "";
  let isText = false;
  for (const line of file.split("\n")) {
    if (line === "strings") [texts, isText] = [[], true];
    else if (line === "regexps") isText = false;
    else if (line.startsWith('"') && isText) texts.push(unquoted(line));
    else if (line.startsWith('"')) [regex, left] = [unquoted(line), [...texts]];
    else if (/^[-0-9]/.test(line)) {
      const [whole = "", first = "", , longest = ""] = line.split(";");
      cases.push({ regex, text: left.shift() ?? "", whole: whole !== "-", first, longest });
    }
  }
  return cases;
}

const LETTERS: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** A string literal of Go. */
const unquoted = (line: string): string =>
  line
    .slice(1, -1)
    .replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([0-7]{3})|(.))/g, (...[, x, u, U, octal, letter]) =>
      letter === undefined
        ? String.fromCodePoint(octal === undefined ? Number.parseInt(x ?? u ?? U, 16) : Number.parseInt(octal, 8))
        : (LETTERS[letter] ?? letter),
    );
