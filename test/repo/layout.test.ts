/** What a file may be called, hold and name. */
import assert from "node:assert/strict";
import { basename } from "node:path/posix";
import ts from "typescript";
import { readText, repositoryFiles, sourceFiles } from "./source-files.ts";

/** A mesh is the default export of its file; nothing else has one. */
const MESH_FILES = /^(?:stacks\/meshes|docs\/examples|test\/diagnostics|test\/golden|test\/types|test\/.*fixtures)\//;

const BINARY = /\.(?:png|jpg|gif|ico|woff2?|wasm)$/;
const texts = repositoryFiles.filter((path) => !BINARY.test(path));

/** `path:line` of each line that a pattern finds. */
const linesWith = (paths: readonly string[], pattern: RegExp): readonly string[] =>
  paths.flatMap((path) =>
    readText(path)
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 120)}`] : [])),
  );

function syntaxOf(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readText(path), ts.ScriptTarget.Latest);
}

const contains = (node: ts.Node, test: (node: ts.Node) => boolean): boolean =>
  test(node) || ts.forEachChild(node, (child) => contains(child, test) || undefined) === true;

describe("layout", () => {
  it("finds the repository's files", () => {
    assert.ok(sourceFiles.length > 200 && repositoryFiles.includes("package.json"));
  });

  it("names source files in kebab case, after what they are", () => {
    const wrong = sourceFiles.filter(
      (path) =>
        !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9-]+)?\.ts$/.test(basename(path)) ||
        /^(?:utils?|helpers?|common|misc|shared)\b/.test(basename(path)),
    );
    assert.deepEqual(wrong, []);
  });

  it("has default exports only in files that describe a mesh", () => {
    const wrong = sourceFiles.filter((path) => !MESH_FILES.test(path) && contains(syntaxOf(path), isDefaultExport));
    assert.deepEqual(wrong, []);
  });

  it("has no `any`", () => {
    const wrong = sourceFiles.filter((path) =>
      contains(syntaxOf(path), (node) => node.kind === ts.SyntaxKind.AnyKeyword),
    );
    assert.deepEqual(wrong, []);
  });

  it("says at the head of each module what it is for", () => {
    const modules = sourceFiles.filter((path) => /^(?:components|cli|docs\/pages)\//.test(path));
    assert.deepEqual(
      modules.filter((path) => !/^(?:#!.*\n)?\/\*\*/.test(readText(path))),
      [],
    );
  });

  it("skips no test without a reason", () => {
    const others = sourceFiles.filter((path) => path !== "test/skip.ts");
    assert.deepEqual(linesWith(others, /\.skip\(|\bx(?:it|describe)\(/), []);
  });

  it("is plain text: line feeds, a last one, no tabs, no blanks at the end of lines, nothing invisible", () => {
    const plain = texts.filter((path) => path !== "LICENSE" && !path.startsWith("test/golden/"));
    assert.deepEqual(
      plain.filter((path) => !/(?:^|[^\n])\n$/.test(readText(path)) && readText(path) !== ""),
      [],
    );
    // The formatter of Go indents with tabs.
    const tabless = plain.filter((path) => !path.endsWith(".go"));
    assert.deepEqual(linesWith(tabless, /\t/), []);
    assert.deepEqual(linesWith(plain, /\r|[ \u00a0]$|[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/), []);
  });

  it("names no path of the machine it was made on, and no registry", () => {
    assert.deepEqual(linesWith(texts, /(?<![\w.~*)\]}$-])\/(?:home|Users|root|work|tmp|var\/folders)\/\w/), []);
    assert.deepEqual(
      linesWith(texts, /https?:\/\/[\w.-]*(?:registry|npmjs|pypi|pythonhosted|artifactory|nexus)[\w.-]*/i),
      [],
    );
  });
});

const isDefaultExport = (node: ts.Node): boolean =>
  (ts.isExportAssignment(node) && node.isExportEquals !== true) ||
  (ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)) ||
  (ts.isExportSpecifier(node) && node.name.text === "default");
