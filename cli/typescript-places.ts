/**
 * From a path in the mesh to the line that wrote it in TypeScript or JavaScript: follows the default export through literals and the
 * constants of the same file. Best effort: what is computed has the place where the computation stands.
 */
import { readFileSync } from "node:fs";
import type * as Ts from "typescript";
import type { ModelPath } from "../components/values/model-path.ts";
import type { Locate } from "./text-places.ts";
import { findTypeScript, type TypeScript } from "./typescript.ts";

export function typescriptPlaces(file: string): Locate {
  const ts = findTypeScript(file);
  if (ts === undefined) return () => undefined;
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const walk = new Walk(ts, source);
  return (path) => {
    const node = walk.deepest(path);
    if (node === undefined) return undefined;
    const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source));
    return { line: line + 1, column: character + 1 };
  };
}

class Walk {
  readonly #ts: TypeScript;
  readonly #constants = new Map<string, Ts.Expression>();
  readonly #exported: Ts.Expression | undefined;

  constructor(ts: TypeScript, source: Ts.SourceFile) {
    this.#ts = ts;
    let exported: Ts.Expression | undefined;
    for (const statement of source.statements) {
      if (ts.isExportAssignment(statement)) exported = statement.expression;
      if (!ts.isVariableStatement(statement)) continue;
      for (const { name, initializer } of statement.declarationList.declarations)
        if (ts.isIdentifier(name) && initializer !== undefined) this.#constants.set(name.text, initializer);
    }
    this.#exported = exported;
  }

  /** What to point at: the property or item of the last key that is written. */
  deepest(path: ModelPath): Ts.Node | undefined {
    let shown: Ts.Node | undefined = this.#exported;
    let value = this.#exported;
    for (const key of path) {
      const next = value === undefined ? undefined : this.#child(value, key);
      if (next === undefined) break;
      shown = next;
      value = this.#valueOf(next);
    }
    return path.length === 0 || shown !== this.#exported ? shown : undefined;
  }

  #child(written: Ts.Expression, key: string | number): Ts.Node | undefined {
    const ts = this.#ts;
    const value = this.#literalOf(written);
    if (value === undefined) return undefined;
    if (ts.isArrayLiteralExpression(value)) return typeof key === "number" ? value.elements[key] : undefined;
    if (!ts.isObjectLiteralExpression(value)) return undefined;
    const own = value.properties.find(({ name }) => name !== undefined && this.#nameOf(name) === key);
    if (own !== undefined) return own;
    for (const property of value.properties.filter(ts.isSpreadAssignment)) {
      const spread = this.#child(property.expression, key);
      if (spread !== undefined) return spread;
    }
    return undefined;
  }

  /** `defineMesh({...})`, `allow({...})`, `(p) => ({...})`, `{...} satisfies X`, a constant: the literal behind them. */
  #literalOf(written: Ts.Expression, depth = 0): Ts.Expression | undefined {
    const ts = this.#ts;
    const inner = (next: Ts.Expression | undefined) =>
      next === undefined || depth > 20 ? undefined : this.#literalOf(next, depth + 1);
    if (ts.isIdentifier(written)) return inner(this.#constants.get(written.text));
    if (ts.isParenthesizedExpression(written) || ts.isAsExpression(written) || ts.isSatisfiesExpression(written))
      return inner(written.expression);
    if (ts.isCallExpression(written)) return inner(written.arguments.at(-1));
    if (ts.isArrowFunction(written) || ts.isFunctionExpression(written)) return inner(this.#returned(written.body));
    return written;
  }

  #returned(body: Ts.ConciseBody): Ts.Expression | undefined {
    if (!this.#ts.isBlock(body)) return body;
    return body.statements.find(this.#ts.isReturnStatement)?.expression;
  }

  #valueOf(node: Ts.Node): Ts.Expression | undefined {
    const ts = this.#ts;
    if (ts.isPropertyAssignment(node)) return node.initializer;
    if (ts.isShorthandPropertyAssignment(node)) return node.name;
    return ts.isExpression(node) ? node : undefined;
  }

  #nameOf(name: Ts.PropertyName): string | undefined {
    const ts = this.#ts;
    return ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name) ? name.text : undefined;
  }
}
