/**
 * Every `ts` block of the documentation is a whole mesh: it compiles as TypeScript, and the mesh in it has no errors. Every `ts test`
 * block is a file of tests of the first mesh of its page: it compiles, and its tests are run here.
 */
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { catalogue, compile, formatText, hasErrors, type Mesh } from "meshwright";
import ts from "typescript";
import { readText, repositoryFiles } from "./source-files.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SURFACES: Readonly<Record<string, string>> = {
  meshwright: new URL("../../components/index.ts", import.meta.url).href,
  "meshwright/testing": new URL("../../components/testing/index.ts", import.meta.url).href,
};

/** Pages of diagnostics show meshes with errors on purpose; test/diagnostics runs those. */
const pages = repositoryFiles.filter((path) => path.endsWith(".md") && !path.startsWith("docs/diagnostics/"));

interface Example {
  /** `docs/model.md, block 1` */
  readonly name: string;
  /** A file that is not there, beside the page. */
  readonly path: string;
  readonly text: string;
}

const examples: readonly Example[] = pages.flatMap((page) =>
  [...readText(page).matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text = ""], index) => ({
    name: `${page}, block ${index + 1}`,
    path: `${ROOT}${page}.${index + 1}.ts`,
    text,
  })),
);

/** The tests of a page's mesh, which they know as `./shop.ts`. */
const tests: readonly (Example & { readonly mesh: Example })[] = pages.flatMap((page) =>
  [...readText(page).matchAll(/^```ts test\n(.*?)^```$/gms)].map(([, text = ""], index) => ({
    name: `${page}, tests ${index + 1}`,
    path: `${ROOT}${page}.tests-${index + 1}.ts`,
    text,
    mesh: examples.find(({ name }) => name.startsWith(`${page},`)) as Example,
  })),
);

for (const { name, text, mesh } of tests) {
  const lines = javaScriptOf(text)
    .replaceAll('"./shop.ts"', JSON.stringify(dataUrl(javaScriptOf(mesh.text))))
    .split("\n");
  const isImport = (line: string) => line.startsWith("import ");
  const body = lines.filter((line) => !isImport(line)).join("\n");
  const code = `${lines.filter(isImport).join("\n")}\nexport const tests = () => {\n${body}\n};`;
  describe(name, ((await import(dataUrl(code))) as { readonly tests: () => void }).tests);
}

describe("examples of the documentation", () => {
  it("are found on the page of every capability", () => {
    const without = pages.filter(
      (page) =>
        page.startsWith("components/capabilities/") && !examples.some(({ name }) => name.startsWith(`${page},`)),
    );
    assert.deepEqual(without, []);
  });

  it("compile as TypeScript", () => {
    assert.deepEqual(typeErrors(), []);
  });

  for (const { name, text } of examples)
    it(`${name} is a mesh without errors`, async () => {
      const mesh = await evaluate(text);
      for (const environment of mesh.environments) {
        const { diagnostics } = compile(mesh.at(environment), { environment });
        assert.ok(!hasErrors(diagnostics), formatText(catalogue, diagnostics));
      }
    });
});

/** All of them in one program: the library is read once. */
function typeErrors(): readonly string[] {
  const { config } = ts.readConfigFile(`${ROOT}tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const texts = new Map([
    ...examples.map(({ path, text }) => [path, text] as const),
    ...tests.flatMap(({ path, text, mesh }) => [
      [path, text] as const,
      [`${dirname(path)}/shop.ts`, mesh.text] as const,
    ]),
  ]);
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (path) => texts.get(path) ?? readFile.call(host, path);
  host.fileExists = (path) => texts.has(path) || fileExists.call(host, path);
  const program = ts.createProgram([...texts.keys()], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .filter(({ file }) => file !== undefined && texts.has(file.fileName))
    .map(({ file, messageText }) => {
      const name = [...examples, ...tests].find(({ path }) => path === file?.fileName)?.name ?? file?.fileName;
      return `${name}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    });
}

async function evaluate(text: string): Promise<Mesh> {
  return ((await import(dataUrl(javaScriptOf(text)))) as { readonly default: Mesh }).default;
}

/** Imports of what is public lead to its sources: a URL of data has no packages around it. */
function javaScriptOf(text: string): string {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2024 },
  });
  return outputText.replace(/from "(meshwright[^"]*)"/g, (all, name: string) =>
    SURFACES[name] === undefined ? all : `from ${JSON.stringify(SURFACES[name])}`,
  );
}

function dataUrl(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`;
}
