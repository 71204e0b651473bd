/** Pages that come from code say what the code says now. */
import assert from "node:assert/strict";
import { capabilities, catalogue } from "meshwright";
import { generatedPages, orphans } from "../../docs/generate.ts";
import { readText, repositoryFiles } from "./source-files.ts";

describe("generated documentation", () => {
  it("is what `npm run docs` would write", async function () {
    this.timeout(180_000);
    const pages = await generatedPages();
    assert.ok(pages.size > catalogue.size + capabilities.length);
    const stale = [...pages].filter(([path, page]) => !repositoryFiles.includes(path) || readText(path) !== page);
    assert.deepEqual(
      stale.map(([path]) => path),
      [],
      "run `npm run docs`",
    );
    assert.deepEqual(orphans(pages), [], "run `npm run docs`");
  });
});
