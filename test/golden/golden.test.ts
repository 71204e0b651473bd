/**
 * What each mesh gives is what was reviewed: its IR, what its proxies read, and what the compiler says about it.
 * A difference is no defect by itself: `npm run golden:update` takes it over, and the review decides.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findCases, GOLDEN, type GoldenCase } from "./find-cases.ts";
import { changesOf } from "./golden-changes.ts";

describe("golden meshes", () => {
  const { cases, strays } = findCases();

  it("are found, each with a mesh", () => {
    assert.notEqual(cases.length, 0);
    assert.deepEqual(strays, [], "folders without a mesh.ts; `npm run golden:update` removes them");
  });

  for (const golden of cases) {
    it(golden.id, async () => {
      const changes = await changesOf(golden);
      const [first] = changes;
      if (first?.kind === "change") assert.equal(onDisk(first.path), first.text, AFTER_REVIEW);
      assert.deepEqual(changes, [], AFTER_REVIEW);
      assertSaysSomething(golden);
    });
  }
});

const AFTER_REVIEW = "if this is what you meant: npm run golden:update";

const onDisk = (path: string): string => readFileSync(join(GOLDEN, path), "utf8");

/** An engine's file may be missing only where the compiler says why. */
function assertSaysSomething({ id, folder }: GoldenCase): void {
  const files = readdirSync(folder);
  for (const name of files) assert.notEqual(onDisk(`${id}/${name}`).trim(), "", `${name} is empty`);
  if (files.includes("envoy.yaml") && files.includes("ir.json")) return;
  assert.match(onDisk(`${id}/diagnostics.txt`), /^error MW\d{4} /m, "not rendered, and no error says why");
}
