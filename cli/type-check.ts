/**
 * The compiler's own findings about a mesh in TypeScript, with the user's TypeScript and tsconfig.json. Files of packages and of
 * Meshwright itself are not judged.
 */
import { dirname, extname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type * as Ts from "typescript";
import { diagnose } from "../components/diagnostics/diagnostic.ts";
import type { Finding, Place } from "../components/diagnostics/finding.ts";
import { typeError } from "./codes.ts";
import { findTypeScript, type TypeScript } from "./typescript.ts";

export type TypeCheck =
  | { readonly kind: "checked"; readonly findings: readonly Finding[] }
  | { readonly kind: "no-typescript" };

export function checkTypes(file: string): TypeCheck {
  const ts = findTypeScript(file);
  if (ts === undefined) return { kind: "no-typescript" };
  const program = ts.createProgram([resolve(file)], optionsFor(ts, file));
  const judged = program
    .getSourceFiles()
    .filter(
      (source) => !source.isDeclarationFile && !program.isSourceFileFromExternalLibrary(source) && !isOurs(source),
    );
  const found = judged.flatMap((source) => [
    ...program.getSyntacticDiagnostics(source),
    ...program.getSemanticDiagnostics(source),
  ]);
  return { kind: "checked", findings: found.map((diagnostic) => findingOf(ts, diagnostic, file)) };
}

const OURS = ["../cli/", "../components/"].map((folder) => fileURLToPath(new URL(folder, import.meta.url)));
const isOurs = ({ fileName }: Ts.SourceFile): boolean => OURS.some((folder) => resolve(fileName).startsWith(folder));

/** What Node needs to run the file holds in any case; how strict to be is the user's choice, strict where there is none. */
function optionsFor(ts: TypeScript, file: string): Ts.CompilerOptions {
  const own = ts.findConfigFile(dirname(resolve(file)), ts.sys.fileExists);
  const config = own === undefined ? {} : (ts.readConfigFile(own, ts.sys.readFile).config as object);
  const { options } = ts.parseJsonConfigFileContent(
    { ...config, files: [resolve(file)], include: [] },
    ts.sys,
    own === undefined ? dirname(resolve(file)) : dirname(own),
  );
  const defaults: Ts.CompilerOptions = {
    strict: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
  };
  return {
    ...defaults,
    ...options,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    // From source, the package's sources are what "meshwright" means.
    ...(extname(import.meta.url) === ".ts" ? { customConditions: ["meshwright-source"] } : {}),
  };
}

function findingOf(ts: TypeScript, { file, start, messageText, code }: Ts.Diagnostic, mesh: string): Finding {
  const message = ts.flattenDiagnosticMessageText(messageText, "\n").replace(/\n\s*/g, " ");
  const finding = diagnose(typeError, { code: `TS${code}`, message }, { path: [] });
  if (file === undefined || start === undefined) return { ...finding, place: { file: mesh } };
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  const place: Place = { file: shown(file.fileName, mesh), line: line + 1, column: character + 1 };
  return { ...finding, place };
}

const shown = (path: string, mesh: string): string =>
  resolve(path) === resolve(mesh) ? mesh : relative(process.cwd(), path);
