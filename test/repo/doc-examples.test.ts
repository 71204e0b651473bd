/** Every `ts` block of the documentation is a whole mesh: it compiles as TypeScript, and the mesh in it has no errors. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { catalogue, compile, formatText, hasErrors, type Mesh } from "meshwright";
import ts from "typescript";
import { readText, repositoryFiles } from "./source-files.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SURFACE = new URL("../../components/index.ts", import.meta.url).href;

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
  const texts = new Map(examples.map(({ path, text }) => [path, text]));
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (path) => texts.get(path) ?? readFile.call(host, path);
  host.fileExists = (path) => texts.has(path) || fileExists.call(host, path);
  const program = ts.createProgram([...texts.keys()], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .filter(({ file }) => file !== undefined && texts.has(file.fileName))
    .map(({ file, messageText }) => {
      const name = examples.find(({ path }) => path === file?.fileName)?.name;
      return `${name}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    });
}

async function evaluate(text: string): Promise<Mesh> {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2024 },
  });
  const code = outputText.replaceAll('from "meshwright"', `from ${JSON.stringify(SURFACE)}`);
  const module = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { readonly default: Mesh };
  return module.default;
}
