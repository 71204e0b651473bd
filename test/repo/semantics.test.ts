/** docs/semantics.md and the tests say the same: every rule is the name of a test, and every such test is a rule. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

describe("semantics", () => {
  it("every numbered rule is a test's name", () => {
    const rules = [...read("docs/semantics.md").matchAll(/^- \*\*(\d+\.\d+ .*?)\.?\*\*(?: |$)/gm)].map(
      ([, rule]) => rule,
    );
    const source = read("test/unit/simulate/semantics.test.ts");
    const tests = [...source.matchAll(/^ +it\("(\d+\.\d+ .*?)", /gm)].map(([, name]) => name);
    assert.ok(rules.length > 60, `only ${rules.length} rules were found`);
    assert.deepEqual(tests, rules);
  });

  it("every section names the tests on real proxies that pin it", () => {
    const sections = read("docs/semantics.md")
      .split(/^### (?=\d+\. )/m)
      .slice(1);
    assert.ok(sections.length > 10, `only ${sections.length} sections were found`);
    for (const section of sections) {
      const [, named = ""] = /^On real proxies: (.*)\.$/m.exec(section) ?? [];
      const files = [...named.matchAll(/\]\(\.\.\/(.*?)\)/g)].map(([, file]) => file as string);
      assert.ok(files.length > 0, section.split("\n", 1)[0]);
      for (const file of files) assert.match(read(file), /^ *(describe|liveMesh)\(/m);
    }
  });
});
