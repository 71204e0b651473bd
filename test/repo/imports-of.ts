/** What a source file imports: read from its syntax, so that comments and texts do not count. */
import { posix } from "node:path";
import ts from "typescript";
import { readText } from "./source-files.ts";

export interface Import {
  /** A path from the root for a file of the repository, else the specifier as it is written. */
  readonly to: string;
  /** Gone at run time. */
  readonly typeOnly: boolean;
}

const cache = new Map<string, readonly Import[]>();

export function importsOf(path: string): readonly Import[] {
  let found = cache.get(path);
  if (found === undefined) cache.set(path, (found = readImports(path)));
  return found;
}

function readImports(path: string): readonly Import[] {
  const imports: Import[] = [];
  const add = (specifier: ts.Expression | undefined, typeOnly: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return;
    const { text } = specifier;
    imports.push({ to: text.startsWith(".") ? posix.join(posix.dirname(path), text) : text, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node));
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readText(path), ts.ScriptTarget.Latest));
  return imports;
}

/** `import type …`, or nothing but `type` names in the braces. `import "x"` is for its effects. */
function isTypeOnly(clause: ts.ImportClause | ts.ExportDeclaration | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const names = ts.isExportDeclaration(clause) ? clause.exportClause : clause.namedBindings;
  const others = ts.isImportClause(clause) && clause.name !== undefined;
  if (others || names === undefined || !("elements" in names)) return false;
  return names.elements.length > 0 && [...names.elements].every((element) => element.isTypeOnly);
}
