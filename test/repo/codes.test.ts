/** One code: one number, one owner, one page, one failing and one passing example. */
import assert from "node:assert/strict";
import { catalogue as compilerCatalogue } from "meshwright";
import { catalogue } from "../../cli/catalogue.ts";
import type { Code } from "../../components/diagnostics/diagnostic.ts";
import { STAGES } from "../../docs/pages/diagnostics.ts";
import { exampleCodes } from "../diagnostics/load-example.ts";
import { repositoryFiles } from "./source-files.ts";

/** Which stages the owner of a `codes.ts` may report from. */
const STAGES_OF: readonly (readonly [owner: RegExp, stages: string])[] = [
  [/^components\/capabilities\//, "12"],
  [/^components\/(?:contract|passes)\//, "1234"],
  [/^components\/import\//, "2"],
  [/^components\/(?:deployment|local|preflight|simulate|testing)\//, "5"],
  [/^cli\//, "59"],
];

const owned = await Promise.all(
  repositoryFiles
    .filter((path) => path.endsWith("/codes.ts"))
    .map(async (path) => ({ path, codes: Object.values((await import(`../../${path}`)) as Record<string, Code>) })),
);
const all = owned.flatMap(({ codes }) => codes);
/** A bug of ours has no mesh that shows it. */
const documented = [...catalogue.keys()].filter((id) => !id.startsWith("MW9")).sort();

describe("diagnostic codes", () => {
  it("are unique in number and in name", () => {
    assert.ok(all.length > 60);
    for (const key of ["id", "name"] as const) {
      const seen = all.map((code) => code[key]);
      assert.deepEqual(
        seen.filter((one, index) => seen.indexOf(one) !== index),
        [],
      );
    }
  });

  it("are all in the catalogue; those of the compiler in its own", () => {
    const ids = (codes: readonly Code[]) => codes.map(({ id }) => id).sort();
    const isOfCompiler = /^components\/(?:capabilities|contract|passes)\//;
    const compiler = owned.filter(({ path }) => isOfCompiler.test(path)).flatMap(({ codes }) => codes);
    assert.deepEqual(ids(all), [...catalogue.keys()].sort());
    assert.deepEqual(ids(compiler), [...compilerCatalogue.keys()].sort());
  });

  it("begin with the digit of a stage that their owner is part of", () => {
    for (const { path, codes } of owned) {
      const stages = STAGES_OF.find(([owner]) => owner.test(path))?.[1];
      assert.ok(stages !== undefined, `${path} has no stages`);
      for (const { id } of codes) {
        assert.match(id, /^MW\d{4}$/);
        assert.ok(stages.includes(id.charAt(2)), `${id} of ${path}`);
        assert.ok(id.charAt(2) in STAGES || id.charAt(2) === "9", id);
      }
    }
  });

  it("have kebab-case names", () => {
    for (const { name } of all) assert.match(name, /^[a-z0-9]+(?:-[a-z0-9]+)*$/);
  });

  it("have a failing and a passing example, each in its folder, and no folder is without a code", () => {
    const examples = (["mesh", "objects", "cluster", "session", "program"] as const).flatMap(exampleCodes).sort();
    assert.deepEqual(examples, documented);
    const folders = repositoryFiles.flatMap((path) => /^test\/diagnostics\/([^/]+)\//.exec(path)?.[1] ?? []);
    assert.deepEqual([...new Set(folders)].sort(), documented);
    for (const id of documented) {
      const passes = repositoryFiles.filter((path) => path.startsWith(`test/diagnostics/${id}/passes.`));
      assert.equal(passes.length, 1, id);
    }
  });

  it("have a page each, and no page is without a code", () => {
    const pages = repositoryFiles.flatMap((path) => /^docs\/diagnostics\/(MW.*)\.md$/.exec(path)?.[1] ?? []);
    assert.deepEqual(pages, documented);
  });
});
