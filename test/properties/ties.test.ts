/** Routes that need a priority, or are left no request, are found without comparing each with each: the same ones as by comparing. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { MatchingIr } from "../../components/capabilities/matching/ir.ts";
import { compareSpecificity, covers, needsPriority } from "../../components/capabilities/matching/order.ts";
import { conditionsOf } from "../../components/capabilities/matching/simulate.ts";
import type { Condition, Message } from "../../components/contract/message.ts";
import type { NamedMatch, PathMatch, TextMatch } from "../../components/ir/match.ts";
import { findTies } from "../../components/passes/ties.ts";
import { findUnreached } from "../../components/passes/unreached.ts";
import { seed } from "../generate/seed.ts";

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
  fc.record({
    kind: fc.constantFrom("exact" as const, "prefix" as const),
    path: fc.constantFrom("/a", "/a/b", "/c", "/"),
  }),
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

/** A request that the routes with these conditions match, and that has other things, too; `some` is drawn. */
function matchedBy({ path: where, methods, authority, headers, query, cookies }: MatchingIr, some: string): Message {
  const texts = (all: readonly NamedMatch[]): readonly (readonly [string, string])[] => [
    ["other", some],
    ...all.flatMap(({ name, match }) => textFor(name, match, some)),
  ];
  const pairs = (all: readonly NamedMatch[], between: string) =>
    texts(all)
      .map((pair) => pair.join("="))
      .join(between);
  return {
    method: methods?.[0] ?? "GET",
    authority: authority ?? "b",
    path: where === undefined ? "/a/b/c" : pathFor(where, some),
    query: `?${pairs(query, "&")}`,
    headers: new Map(
      [...texts(headers), ["cookie", pairs(cookies, "; ")]].map(([name = "", text = ""]) => [name, [text]]),
    ),
  };
}

const textFor = (name: string, match: TextMatch, some: string): readonly (readonly [string, string])[] => {
  switch (match.kind) {
    case "absent":
      return [];
    case "present":
      return [[name, some]];
    case "exact":
      return [[name, match.value]];
    case "prefix":
      return [[name, `${match.value}${some}`]];
    case "regex":
      return [[name, "a"]];
  }
};

function pathFor(match: PathMatch, some: string): string {
  if (match.kind === "regex") return match.regex === "/a.*" ? `/a${some}` : match.regex;
  return match.kind === "exact" || some === "" ? match.path : `${match.path}/${some}`;
}

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

/** Each with those before it of a higher priority. */
const leftNothing = (all: readonly MatchingIr[]): string[] =>
  all.flatMap((one, index) => {
    const by = all.findIndex((other) => other.priority > one.priority && covers(other, one));
    return by < 0 ? [] : [`${index} ${by}`];
  });

describe(`routes that no request reaches (seed ${seed})`, function () {
  this.timeout(60_000);

  it("are those that comparing each with each finds, each with the first that takes all", () => {
    let unreached = 0;
    fc.assert(
      fc.property(lists, (drawn) => {
        // Of one priority none covers another that comes after it, but for those that tie.
        const all = drawn.toSorted(compareSpecificity).filter((one, index, sorted) => {
          const before = sorted.slice(0, index).filter(({ priority }) => priority === one.priority);
          return !before.some((other) => covers(other, one));
        });
        const routes = all.map((matching, index) => ({ matching, index }));
        const found = findUnreached(routes).map(([a, b]) => `${a.index} ${b.index}`);
        assert.deepEqual(found, leftNothing(all));
        unreached += found.length;
      }),
      { seed, numRuns: 300 },
    );
    assert.ok(unreached > 50, `only ${unreached}`);
  });

  it("really are: whatever the covered one matches, the other does", () => {
    let matched = 0;
    const holds = (conditions: readonly Condition[], message: Message, { source }: MatchingIr): boolean =>
      conditions.every((condition) => condition.holds(message, source));
    fc.assert(
      fc.property(lists, fc.constantFrom("", "a", "b", "bb"), (drawn, some) => {
        const all = drawn.slice(0, 40).map((one) => ({ one, conditions: conditionsOf(one) }));
        for (const covered of all) {
          const message = matchedBy(covered.one, some);
          if (!holds(covered.conditions, message, covered.one)) continue;
          for (const other of all) {
            if (other === covered || !covers(other.one, covered.one)) continue;
            matched++;
            assert.ok(holds(other.conditions, message, covered.one), JSON.stringify([other.one, covered.one, message]));
          }
        }
      }),
      { seed, numRuns: 1_000 },
    );
    assert.ok(matched > 1_000, `only ${matched}`);
  });
});
