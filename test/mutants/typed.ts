/** Mutants that the compiler refuses: nobody could write them, so no test has to find them. */
import { readFileSync } from "node:fs";
import ts from "typescript";
import { type Mutant, pathOf } from "./mutant.ts";

/** Says of mutants whether they compile, where their own file is looked at. */
export function typeChecker(files: readonly string[]): (mutant: Mutant) => boolean {
  const { config } = ts.readConfigFile(pathOf("tsconfig.json"), (path) => readFileSync(path, "utf8"));
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, pathOf(""));
  let changed: { readonly path: string; readonly text: string } | undefined;
  let version = 0;
  const names = files.map(pathOf);
  const service = ts.createLanguageService({
    ...{
      getCompilationSettings: () => options,
      getScriptFileNames: () => names,
      getCurrentDirectory: () => pathOf(""),
    },
    ...{ fileExists: ts.sys.fileExists, readFile: ts.sys.readFile, getDefaultLibFileName: ts.getDefaultLibFilePath },
    getScriptVersion: (path) => (path === changed?.path ? `${version}` : "0"),
    getScriptSnapshot: (path) => {
      const text = path === changed?.path ? changed.text : ts.sys.readFile(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
  });
  return ({ file, start, end, replacement }) => {
    const path = pathOf(file);
    const text = readFileSync(path, "utf8");
    changed = { path, text: text.slice(0, start) + replacement + text.slice(end) };
    version++;
    return service.getSyntacticDiagnostics(path).length + service.getSemanticDiagnostics(path).length === 0;
  };
}
