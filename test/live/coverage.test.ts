/** Every supported cell has a live test: what mocha would run is asked for by its titles, so a test that goes takes its cell with it. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { capabilities } from "../../components/capabilities/registry.ts";
import { type Cell, cellsOf, tables } from "./cells.ts";

/** Full by doing nothing to a request, each with the reason. */
const WITHOUT_EFFECT: Partial<Record<Cell, string>> = {
  "gateways.allowRoutes": "consent between teams: a check, and no proxy asks",
  "gateways.owner": "says which team owns the gateway; no proxy asks",
  "mtls.until": "a date that checks read; dates never change output (DESIGN.md 3)",
  "namespaces.until": "a date that checks read; dates never change output (DESIGN.md 3)",
  "ports.target": "in a run workloads listen on unix sockets (placement.ts)",
  "services.allowCallers": "consent between teams: a check, and no proxy asks",
  "services.owner": "says which team owns the service; no proxy asks",
  "services.selectors": "labels of pods; in a run there are none",
};

describe("live tests", () => {
  const cells = Object.entries(tables).flatMap(([table, rows]) =>
    Object.entries(rows).map(([row, { envoy }]) => ({ cell: `${table}.${row}` as Cell, level: envoy.level as string })),
  );

  it("know every support table", () => {
    const known: readonly unknown[] = Object.values(tables);
    const missing = capabilities.flatMap(({ id, support }) =>
      Object.entries(support).flatMap(([place, table]) => (known.includes(table) ? [] : [`${id} ${place}`])),
    );
    assert.deepEqual(missing, [], "tables that cells.ts does not name");
  });

  it("show the effect of every supported cell", async () => {
    const shown = new Set((await titles()).flatMap(cellsOf));
    const supported = cells.filter(({ level }) => level !== "none").map(({ cell }) => cell);
    const missing = supported.filter((cell) => !shown.has(cell) && !(cell in WITHOUT_EFFECT));
    assert.deepEqual(missing, []);
  });

  it("excuse nothing that they show", async () => {
    const shown = new Set((await titles()).flatMap(cellsOf));
    assert.deepEqual(
      Object.keys(WITHOUT_EFFECT).filter((cell) => shown.has(cell) || !cells.some((one) => one.cell === cell)),
      [],
    );
  });
});

let listed: Promise<readonly string[]> | undefined;

/** The titles of all live tests, none of which runs. */
const titles = () => (listed ??= list());

async function list(): Promise<readonly string[]> {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const mocha = fileURLToPath(import.meta.resolve("mocha/bin/mocha.js"));
  const output = await new Promise<string>((resolve, reject) => {
    const options = { cwd: root, maxBuffer: 1 << 24 };
    execFile(
      process.execPath,
      [mocha, "--dry-run", "--reporter", "json", "test/live/*.test.ts"],
      options,
      (error, stdout) => (error === null ? resolve(stdout) : reject(error)),
    );
  });
  const { tests } = JSON.parse(output.slice(output.indexOf("{"))) as {
    readonly tests: readonly { readonly title: string }[];
  };
  return tests.map(({ title }) => title);
}
