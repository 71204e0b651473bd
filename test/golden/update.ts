/** `npm run golden:update`: makes the golden files what the meshes give today, and says what it changed. */
import { readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findCases, GOLDEN } from "./find-cases.ts";
import { type Change, goldenChanges } from "./golden-changes.ts";

const changes = await goldenChanges(findCases());
for (const change of changes) apply(change);
console.log(changes.map(({ kind, path }) => `${kind.padEnd(6)} test/golden/${path}`).join("\n") || "nothing changed");

function apply(change: Change): void {
  const path = join(GOLDEN, change.path);
  if (change.kind === "remove") remove(path);
  else writeFileSync(path, change.text);
}

/** With the folder above, where nothing is left in it. */
function remove(path: string): void {
  rmSync(path, { recursive: true });
  const parent = dirname(path);
  if (readdirSync(parent).length === 0) rmdirSync(parent);
}
