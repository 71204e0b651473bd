/** The user's own TypeScript, if there is one: the version that their editor shows errors of. */
import { createRequire } from "node:module";
import { resolve } from "node:path";
import type * as Ts from "typescript";

export type TypeScript = typeof Ts;

export function findTypeScript(file: string): TypeScript | undefined {
  try {
    return createRequire(resolve(file))("typescript") as TypeScript;
  } catch {
    return undefined;
  }
}
