/** A capability is a folder with the same files as every other; its support tables leave no question open. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { capabilities, type EngineId, releases } from "meshwright";
import type { Cell, Difference, SupportTable } from "../../components/engines/support.ts";
import { isCalendarDate } from "../../components/values/calendar-date.ts";
import { repositoryFiles } from "./source-files.ts";

const FOLDER = "components/capabilities/";
const EVERY = ["model.ts", "support.ts", "normalize.ts", "index.ts", "README.md"];
/** A section of the mesh is rendered by the kit, and its IR belongs to ir/. */
const UNLESS_SECTION = ["ir.ts", "istio.ts", "envoy.ts"];
/** What every proxy carries observes requests and changes none. */
const IF_IT_ACTS = ["simulate.ts"];
const OPTIONAL = ["check.ts", "codes.ts", "order.ts", "ir.ts"];

const semantics = readFileSync(new URL("../../docs/semantics.md", import.meta.url), "utf8");

const engines = Object.keys(releases) as readonly EngineId[];
const filesOf = (id: string) =>
  repositoryFiles
    .filter((path) => path.startsWith(`${FOLDER}${id}/`))
    .map((path) => path.slice(FOLDER.length + id.length + 1));

describe("capabilities", () => {
  it("the registry lists every folder", () => {
    const folders = repositoryFiles.flatMap((path) => /^components\/capabilities\/([^/]+)\//.exec(path)?.[1] ?? []);
    assert.deepEqual(capabilities.map(({ id }) => id).sort(), [...new Set(folders)].sort());
  });

  for (const { id, point, support, differences = [] } of capabilities) {
    describe(id, () => {
      const required = [
        ...EVERY,
        ...(point === "section" ? [] : UNLESS_SECTION),
        ...(point === "route" || point === "service" ? IF_IT_ACTS : []),
      ];

      it("has every file of a slice", () => {
        const here = filesOf(id);
        assert.deepEqual(
          required.filter((file) => !here.includes(file)),
          [],
        );
      });

      it("has no file that is not part of a slice", () => {
        assert.deepEqual(
          filesOf(id).filter((file) => !required.includes(file) && !OPTIONAL.includes(file)),
          [],
        );
      });

      it("registers every support table that it has", async () => {
        const { differences: own = [], ...tables } = (await import(`../../${FOLDER}${id}/support.ts`)) as Exports;
        const registered = Object.values(support);
        assert.ok(Object.keys(tables).length > 0);
        assert.deepEqual(
          Object.values(tables)
            .filter((table) => !registered.includes(table))
            .map((table) => Object.keys(table)),
          [],
        );
        assert.deepEqual(own, differences);
      });

      it("says of every difference which rule of the semantics does not hold, with source and date", () => {
        for (const { id: name, rule, does, source, read } of differences) {
          assert.match(semantics, new RegExp(`^- \\*\\*${rule.replace(".", "\\.")} `, "m"), name);
          assert.ok(does !== "" && source !== "" && isCalendarDate(read), name);
        }
      });

      it("says of every row what each engine does, with source and date", () => {
        const rows = Object.values(support).flatMap((table) => Object.entries(table));
        assert.ok(rows.length > 0);
        for (const [row, cells] of rows) {
          assert.deepEqual(Object.keys(cells).sort(), [...engines].sort(), row);
          for (const engine of engines) assert.equal(problemOf(cells[engine], engine), undefined, `${row}, ${engine}`);
        }
      });
    });
  }
});

type Exports = Readonly<Record<string, SupportTable>> & { readonly differences?: readonly Difference[] };

function problemOf(cell: Cell, engine: EngineId): string | undefined {
  if (cell.source.trim() === "") return "no source";
  if (!isCalendarDate(cell.read)) return `"${cell.read}" is no date`;
  const { level } = cell;
  if (level === "since" && !(releases[engine] as readonly string[]).includes(cell.release))
    return `${cell.release} is no release`;
  const said = cell.level === "since" ? cell.before : cell;
  if (said.level === "none" && said.why === "") return "no reason";
  if (said.level === "partial" && said.loses === "") return "no loss";
  return undefined;
}
