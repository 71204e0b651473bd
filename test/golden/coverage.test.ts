/**
 * The golden meshes write every row of every support table, and meet every loss of every engine. What a reader asks of the tables
 * is overheard while the meshes compile, so a row that no reader asks about (and that could therefore never warn) fails, too.
 */
import assert from "node:assert/strict";
import { capabilities } from "../../components/capabilities/registry.ts";
import { Cursor } from "../../components/contract/cursor.ts";
import { engineIds } from "../../components/engines/releases.ts";
import type { SupportTable } from "../../components/engines/support.ts";
import { findCases } from "./find-cases.ts";
import { compileCase } from "./render-case.ts";

const FEWEST_CASES = 2;

describe("golden meshes together", () => {
  const asked = new Map<SupportTable, Set<string>>();
  const met = new Map<SupportTable, Set<string>>();

  before(async () => {
    const { use } = Cursor.prototype;
    Cursor.prototype.use = function overheard(table, row) {
      add(asked, table, row);
      for (const { target } of this.targets.lacks(table, row)) add(met, table, `${row} on ${target.split("@")[0]}`);
      use.call(this, table, row);
    };
    try {
      for (const golden of findCases().cases) await compileCase(golden);
    } finally {
      Cursor.prototype.use = use;
    }
  });

  for (const { id } of capabilities) {
    it(`show ${id} in at least ${FEWEST_CASES} cases`, () => {
      const cases = findCases().cases.filter(({ capability }) => capability === id);
      assert.ok(cases.length >= FEWEST_CASES, `${cases.length} found`);
    });
  }

  it("lie in folders of capabilities", () => {
    const known = new Set(capabilities.map(({ id }) => id));
    assert.deepEqual(
      findCases().cases.filter(({ capability }) => !known.has(capability)),
      [],
    );
  });

  for (const { id, support } of capabilities) {
    it(`write every row of ${id} and meet every loss`, () => {
      for (const [field, table] of Object.entries(support)) {
        assert.deepEqual(missing(Object.keys(table), asked.get(table)), [], field);
        assert.deepEqual(missing(lossesOf(table), met.get(table)), [], field);
      }
    });
  }
});

function add(map: Map<SupportTable, Set<string>>, table: SupportTable, row: string): void {
  map.set(table, (map.get(table) ?? new Set()).add(row));
}

const missing = (wanted: readonly string[], there: ReadonlySet<string> | undefined): readonly string[] =>
  wanted.filter((one) => !there?.has(one));

const lossesOf = (table: SupportTable): readonly string[] =>
  Object.entries(table).flatMap(([row, cells]) =>
    engineIds.filter((engine) => cells[engine].level !== "full").map((engine) => `${row} on ${engine}`),
  );
