/**
 * From a path in the mesh to the line that wrote it in TypeScript or JavaScript: follows the default export through literals, constants,
 * merged parts and relative imports. Best effort: what is computed has the place where the computation stands.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import type * as Ts from "typescript";
import type { ModelPath } from "../components/values/model-path.ts";
import type { Locate } from "./text-places.ts";
import { findTypeScript, type TypeScript } from "./typescript.ts";

export function typescriptPlaces(file: string): Locate {
  const ts = findTypeScript(file);
  if (ts === undefined) return () => undefined;
  const walk = new Walk(ts, resolve(file));
  return (path) => {
    const node = walk.deepest(path);
    if (node === undefined) return undefined;
    const source = node.getSourceFile();
    const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source));
    const elsewhere = source.fileName === resolve(file) ? {} : { file: relative(process.cwd(), source.fileName) };
    return { line: line + 1, column: character + 1, ...elsewhere };
  };
}

/** What is known of a file without running it. */
interface Module {
  readonly kind: "module";
  /** The default export. */
  readonly exported: Ts.Expression | undefined;
  readonly constants: ReadonlyMap<string, Ts.Expression>;
  readonly imports: ReadonlyMap<string, Imported>;
}

/** Everything that a file exports, where no `name` is said. */
interface Imported {
  readonly file: string;
  readonly name: string | undefined;
}

type Value = Ts.Expression | Module;

interface Found {
  readonly node: Ts.Node | undefined;
  readonly depth: number;
}

class Walk {
  readonly #ts: TypeScript;
  readonly #modules = new Map<string, Module>();
  readonly #exported: Ts.Expression | undefined;
  readonly #probes: Ts.Expression | undefined;

  constructor(ts: TypeScript, file: string) {
    this.#ts = ts;
    const { exported, constants } = this.#module(file);
    this.#exported = exported;
    this.#probes = constants.get("probes");
  }

  /** What to point at: the property or item of the last key that is written. */
  deepest(path: ModelPath): Ts.Node | undefined {
    // Beside the mesh, the file's probes have paths, too: no mesh has such a key.
    if (path[0] === "probes" && this.#probes !== undefined)
      return this.#below(this.#probes, path.slice(1), { node: this.#probes, depth: 1 }).node;
    if (this.#exported === undefined) return undefined;
    const { node, depth } = this.#below(this.#exported, path, { node: this.#exported, depth: 0 });
    return path.length === 0 || depth > 0 ? node : undefined;
  }

  /** Several parts of a mesh may have a key: the one that leads farthest is meant. */
  #below(value: Value | undefined, [key, ...rest]: ModelPath, here: Found): Found {
    if (value === undefined || key === undefined) return here;
    return this.#children(value, key).reduce((best: Found, node) => {
      const found = this.#below(this.#valueOf(node), rest, { node, depth: here.depth + 1 });
      return found.depth > best.depth ? found : best;
    }, here);
  }

  #children(written: Value, key: string | number): readonly Ts.Node[] {
    const ts = this.#ts;
    const value = this.#literalOf(written);
    if (value === undefined) return [];
    if (value.kind === "module") return [value.constants.get(String(key))].filter((one) => one !== undefined);
    if (ts.isCallExpression(value)) return this.#partsOf(value).flatMap((part) => this.#children(part, key));
    if (ts.isArrayLiteralExpression(value)) return typeof key === "number" ? value.elements.slice(key, key + 1) : [];
    if (!ts.isObjectLiteralExpression(value)) return [];
    const own = value.properties.find(({ name }) => name !== undefined && this.#nameOf(name) === key);
    const spread = value.properties.filter(ts.isSpreadAssignment);
    return [
      ...(own === undefined ? [] : [own]),
      ...spread.flatMap(({ expression }) => this.#children(expression, key)),
    ];
  }

  /** `mergeParts(base, { billing, storefront })` */
  #partsOf({ arguments: [base, parts] }: Ts.CallExpression): readonly Value[] {
    const named = parts === undefined ? undefined : this.#literalOf(parts);
    const written =
      named?.kind === this.#ts.SyntaxKind.ObjectLiteralExpression
        ? (named as Ts.ObjectLiteralExpression).properties.map((part) => this.#valueOf(part))
        : [];
    return [base, ...written].filter((part) => part !== undefined);
  }

  /**
   * `defineMesh({...})`, `allow({...})`, `(p) => ({...})`, `{...} satisfies X`, a constant of this file or another: the literal behind
   * them, the module, or the call that merges parts.
   */
  #literalOf(written: Value, depth = 0): Value | undefined {
    const ts = this.#ts;
    if (written.kind === "module") return written;
    const inner = (next: Value | undefined) =>
      next === undefined || depth > 20 ? undefined : this.#literalOf(next, depth + 1);
    if (ts.isIdentifier(written)) return inner(this.#named(written));
    if (ts.isParenthesizedExpression(written) || ts.isAsExpression(written) || ts.isSatisfiesExpression(written))
      return inner(written.expression);
    if (ts.isCallExpression(written)) return isMerging(written) ? written : inner(written.arguments.at(-1));
    if (ts.isArrowFunction(written) || ts.isFunctionExpression(written)) return inner(this.#returned(written.body));
    return written;
  }

  #named(identifier: Ts.Identifier): Value | undefined {
    const { constants, imports } = this.#module(identifier.getSourceFile().fileName);
    const imported = imports.get(identifier.text);
    if (imported === undefined) return constants.get(identifier.text);
    const module = this.#module(imported.file);
    if (imported.name === undefined) return module;
    return imported.name === "default" ? module.exported : module.constants.get(imported.name);
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

  // --- files ---------------------------------------------------------------------------------------------------------

  #module(file: string): Module {
    const known = this.#modules.get(file);
    if (known !== undefined) return known;
    const module = this.#read(file);
    this.#modules.set(file, module);
    return module;
  }

  #read(file: string): Module {
    const ts = this.#ts;
    const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
    let exported: Ts.Expression | undefined;
    const constants = new Map<string, Ts.Expression>();
    const imports = new Map<string, Imported>();
    for (const statement of source.statements) {
      if (ts.isExportAssignment(statement)) exported = statement.expression;
      if (ts.isImportDeclaration(statement))
        for (const [name, one] of this.#imported(statement)) imports.set(name, one);
      if (!ts.isVariableStatement(statement)) continue;
      for (const { name, initializer } of statement.declarationList.declarations)
        if (ts.isIdentifier(name) && initializer !== undefined) constants.set(name.text, initializer);
    }
    return { kind: "module", exported, constants, imports };
  }

  /** By the name that it has here. Packages are not looked into. */
  #imported({ importClause, moduleSpecifier }: Ts.ImportDeclaration): readonly (readonly [string, Imported])[] {
    const ts = this.#ts;
    const specifier = ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : "";
    const file = resolve(dirname(moduleSpecifier.getSourceFile().fileName), specifier);
    if (importClause === undefined || !specifier.startsWith(".") || !existsSync(file)) return [];
    const { name, namedBindings } = importClause;
    const found: (readonly [string, Imported])[] = name === undefined ? [] : [[name.text, { file, name: "default" }]];
    if (namedBindings === undefined) return found;
    if (ts.isNamespaceImport(namedBindings)) return [...found, [namedBindings.name.text, { file, name: undefined }]];
    const named = namedBindings.elements.map(
      (one) => [one.name.text, { file, name: (one.propertyName ?? one.name).text }] as const,
    );
    return [...found, ...named];
  }
}

const isMerging = ({ expression }: Ts.CallExpression): boolean => expression.getText() === "mergeParts";
