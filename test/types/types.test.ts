/**
 * What the compiler says about wrong meshes: in each file of `cases`, just the errors that its comments announce, each on the line
 * below. A comment pins the words that a reader needs; " … " stands for whatever is between them.
 */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { meshLiteral } from "../bench/mesh-literal.ts";
import { caseFiles, expectedErrors } from "./expected.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const GENERATED = join(dirname(fileURLToPath(import.meta.url)), "generated.ts");
const SERVICES = 60;

/** Two typing errors far apart, in a mesh of many services. */
const generated = (): string =>
  [0, SERVICES - 1].reduce(
    (text, index) => text.replace(new RegExp(`"service-${index}": .*calls: \\[`), '$&"service-x", '),
    meshLiteral(SERVICES, 1),
  );

function program(files: readonly string[]): ts.Program {
  const config = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => path === GENERATED || fileExists(path);
  host.readFile = (path) => (path === GENERATED ? generated() : readFile(path));
  return ts.createProgram([...files, GENERATED], options, host);
}

interface Found {
  readonly line: number;
  readonly text: string;
}

function errorsIn(checked: ts.Program, path: string): readonly Found[] {
  const file = checked.getSourceFile(path);
  assert.ok(file, path);
  return checked.getSemanticDiagnostics(file).map(({ start = 0, messageText }) => ({
    line: file.getLineAndCharacterOfPosition(start).line + 1,
    text: ts.flattenDiagnosticMessageText(messageText, "\n"),
  }));
}

const says = (text: string, expected: string): boolean => {
  let from = 0;
  return expected.split(" … ").every((part) => {
    const at = text.indexOf(part, from);
    from = at + part.length;
    return at >= 0;
  });
};

describe("the types of a mesh", () => {
  const files = caseFiles();
  let checked: ts.Program;
  before(function () {
    this.timeout(120_000);
    checked = program(files.map(({ path }) => path));
  });

  for (const { name, path, text } of files) {
    it(name, () => {
      const expected = expectedErrors(text);
      const found = errorsIn(checked, path);
      assert.deepEqual(
        found.map(({ line }) => line),
        expected.map(({ line }) => line),
        found.map(({ text }) => text).join("\n"),
      );
      for (const [index, error] of expected.entries())
        assert.ok(says(found[index]?.text ?? "", error.text), `expected: ${error.text}\nfound: ${found[index]?.text}`);
    });
  }

  it(`two wrong references among ${SERVICES} services are two errors`, () => {
    const found = errorsIn(checked, GENERATED);
    assert.equal(found.length, 2, found.map(({ text }) => text).join("\n"));
    for (const { text } of found) assert.match(text, /^Type '"service-x"' is not assignable to type/);
  });
});
