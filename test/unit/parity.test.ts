/**
 * JSON and JavaScript callers have no compiler: compiling says of each wrong mesh of test/types what the types say, as a code with its
 * path. A mesh that went through JSON is the same mesh.
 */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { compile, type Mesh } from "meshwright";
import { formatPath } from "../../components/values/model-path.ts";
import { caseFiles, expectedCodes } from "../types/expected.ts";

const meshOf = async (path: string) => ((await import(pathToFileURL(path).href)) as { default: Mesh }).default;
const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function errorsOf(spec: unknown): string[] {
  const errors = compile(spec).diagnostics.filter(({ severity }) => severity === "error");
  return errors.map(({ code, path }) => `${code} ${formatPath(path)}`);
}

describe("what the types say, compiling says", () => {
  for (const { name, path, text } of caseFiles()) {
    it(name, async () => {
      const mesh = await meshOf(path);
      const found = mesh.environments.flatMap((environment) => errorsOf(throughJson(mesh.at(environment))));
      assert.deepEqual([...new Set(found)].sort(), [...expectedCodes(text)].sort());
    });

    it(`${name}: through JSON it is the same mesh`, async () => {
      const mesh = await meshOf(path);
      for (const environment of mesh.environments) {
        const direct = compile(mesh.at(environment));
        const json = compile(throughJson(mesh.at(environment)));
        assert.deepEqual(json.ir, direct.ir);
        assert.deepEqual(json.diagnostics, direct.diagnostics);
      }
    });
  }
});
