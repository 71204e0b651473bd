/** Routes that need a priority are found without comparing each with each: the same ones as by comparing. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { MatchingIr } from "../../components/capabilities/matching/ir.ts";
import { needsPriority } from "../../components/capabilities/matching/order.ts";
import type { NamedMatch, PathMatch, TextMatch } from "../../components/ir/match.ts";
import { findTies } from "../../components/passes/ties.ts";

const seed = Number(process.env.MESHWRIGHT_SEED ?? Date.now() % 1_000_000);

/** One begins with another: a prefix meets both. */
const few = fc.constantFrom("a", "ab", "b");
const text: fc.Arbitrary<TextMatch> = fc.oneof(
  fc.record({ kind: fc.constant("exact" as const), value: few }),
  fc.record({ kind: fc.constant("prefix" as const), value: few }),
  fc.record({ kind: fc.constant("regex" as const), regex: fc.constantFrom("a|b", "ab?") }),
  fc.constantFrom<TextMatch>({ kind: "present" }, { kind: "absent" }),
);
const named: fc.Arbitrary<readonly NamedMatch[]> = fc.uniqueArray(fc.record({ name: few, match: text }), {
  selector: ({ name }) => name,
  maxLength: 2,
});
const path: fc.Arbitrary<PathMatch> = fc.oneof(
  fc.record({ kind: fc.constantFrom("exact" as const, "prefix" as const), path: fc.constantFrom("/a", "/a/b", "/c") }),
  fc.record({ kind: fc.constant("regex" as const), regex: fc.constantFrom("/a.*", "/c", "/d") }),
);
const matching = fc.record(
  {
    priority: fc.constantFrom(0, 0, 0, 1),
    path,
    methods: fc.subarray(["GET", "POST"], { minLength: 1 }),
    headers: named,
    query: named,
    cookies: named,
    authority: few,
    source: fc.constantFrom("default/x/a", "default/x/b"),
  },
  { requiredKeys: ["priority", "headers", "query", "cookies"] },
) as fc.Arbitrary<MatchingIr>;

/** What long lists look like: nearly every route asks for the same header. */
const tenant = fc
  .tuple(
    matching,
    fc.oneof({ arbitrary: fc.record({ kind: fc.constant("exact" as const), value: few }), weight: 6 }, text),
  )
  .map(([one, match]): MatchingIr => ({ ...one, headers: [{ name: "x-tenant", match }] }));
const lists = fc.oneof(
  fc.array(matching, { minLength: 2, maxLength: 80, size: "max" }),
  fc.array(fc.oneof({ arbitrary: tenant, weight: 9 }, matching), { minLength: 2, maxLength: 80, size: "max" }),
);

const isRegex = ({ path: match }: MatchingIr): boolean => match?.kind === "regex";

/** Each with each; of two the regex is named first, else the one that stands first. */
const compared = (all: readonly MatchingIr[]): string[] =>
  all
    .flatMap((a, first) => all.slice(first + 1).map((b, after) => [a, first, b, first + 1 + after] as const))
    .filter(([a, , b]) => needsPriority(a, b))
    .map(([a, first, b, second]) => (!isRegex(a) && isRegex(b) ? `${second} ${first}` : `${first} ${second}`));

describe(`routes that tie (seed ${seed})`, function () {
  this.timeout(60_000);

  it("are those that comparing each with each finds", () => {
    let ties = 0;
    let divided = 0;
    fc.assert(
      fc.property(lists, (all) => {
        const routes = all.map((one, index) => ({ matching: one, index }));
        const found = findTies(routes).map(([a, b]) => `${a.index} ${b.index}`);
        assert.deepEqual(found.toSorted(), compared(all).toSorted());
        ties += found.length;
        if (all.length > 40) divided++;
      }),
      { seed, numRuns: 300 },
    );
    assert.ok(ties > 1_000 && divided > 50, `only ${ties} ties, and ${divided} lists long enough to be divided`);
  });
});
