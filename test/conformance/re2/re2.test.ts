/** Regexes of users are RE2's: its published cases, and that no expression takes longer the worse it is meant. */
import assert from "node:assert/strict";
import { RE2JS } from "re2js";
import { isRegex, matchesWhole } from "../../../components/values/regex.ts";
import { skip } from "../../skip.ts";
import { type RegexCase, readRegexCases } from "./cases.ts";

describe("RE2", () => {
  let cases: readonly RegexCase[] = [];

  before(function () {
    const found = readRegexCases();
    if (found.kind === "found") cases = found.cases;
    else skip(this, found.why);
  });

  const asked = () => cases.filter((one) => !isBeyond(one));

  it("of its published cases a user is refused only bytes, which text has none of, and what no byte is", () => {
    const refused = new Set(cases.filter(({ regex }) => regex !== "" && !isRegex(regex)).map(({ regex }) => regex));
    assert.deepEqual(
      [...refused].filter((regex) => !/\\C|\\x\{[0-9a-f]{3,}\}/i.test(regex)),
      [],
    );
  });

  it("all of its published cases hold of whole texts, as conditions ask them", () => {
    const unlike = asked().filter(({ regex, text, whole }) => matchesWhole(regex, text) !== whole);
    console.log(
      `    ${asked().length - unlike.length} of ${cases.length} cases agree; ${cases.length - asked().length} ask for bytes`,
    );
    assert.ok(cases.length > 1_800, `only ${cases.length} were read`);
    assert.deepEqual(unlike, []);
  });

  it("all of its published cases hold of the first match and its groups, leftmost-first and leftmost-longest", () => {
    const unlike = asked().flatMap((one) => {
      const found = { first: spansOf(one, 0), longest: spansOf(one, RE2JS.LONGEST_MATCH) };
      return found.first === one.first && found.longest === one.longest ? [] : [{ ...one, found }];
    });
    assert.deepEqual(unlike, []);
  });
});

describe("regexes that proxies would refuse", () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ["[a-z0-9-]{1,63}", true],
    ["[a-z]{0,1000}", true],
    ["(?:[a-z]{100}x){9}", true],
    ["(?:abcdefghij){900}", false],
    ["\\x{e9}", true],
    ["\\x{0ff}", true],
    ["\\x{100}", false],
    ["a\\\\\\x{263a}", false],
    ["\\\\x\\{100\\}", true],
    ["\\Q\\x{100}\\E", true],
    ["[^\\x00-\\x{10FFFF}]", false],
  ];
  for (const [pattern, taken] of cases)
    it(`${pattern} is ${taken ? "taken" : "refused"}`, () => assert.equal(isRegex(pattern), taken));
});

describe("regexes that are meant to be slow", () => {
  const evil = [
    "(a+)+",
    "(a|aa)+",
    "(a|a?)+",
    "(a*)*",
    "((a*)*)*",
    "(a*)*(a*)*",
    "([a-z]+)*",
    `${"a?".repeat(40)}${"a".repeat(40)}`,
  ];
  /** With backtracking each of these takes longer than the universe is old; mocha's own limit is enough to tell. */
  for (const pattern of evil)
    it(`${pattern.length > 20 ? `${pattern.slice(0, 20)}…` : pattern} is answered at once`, () => {
      assert.ok(isRegex(pattern));
      const started = performance.now();
      assert.equal(matchesWhole(pattern, `${"a".repeat(5_000)}!`), false);
      console.log(`      ${(performance.now() - started).toFixed(0)} ms for 5,001 characters`);
    });
});

/** What Go leaves out of this file, too: bytes, and borders between the bytes of one character. */
const isBeyond = ({ regex, text }: RegexCase): boolean =>
  regex.includes("\\C") || (regex.includes("\\B") && /\P{ASCII}/u.test(text));

/** As the file writes it, in bytes. */
function spansOf({ regex, text }: RegexCase, flags: number): string {
  const matcher = RE2JS.compile(regex, flags).matcher(text);
  if (!matcher.find()) return "-";
  const bytes = (index: number) => Buffer.byteLength(text.slice(0, index));
  return Array.from({ length: matcher.groupCount() + 1 }, (_, group) =>
    matcher.start(group) < 0 ? "-" : `${bytes(matcher.start(group))}-${bytes(matcher.end(group))}`,
  ).join(" ");
}
