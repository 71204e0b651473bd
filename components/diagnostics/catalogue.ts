/** All codes by number. Each part of the compiler owns its codes; whoever prints diagnostics needs them together. */
import type { Code } from "./diagnostic.ts";

export type Catalogue = ReadonlyMap<string, Code>;

/** Two owners of one number are our own bug. */
export function createCatalogue(groups: readonly Readonly<Record<string, unknown>>[]): Catalogue {
  const catalogue = new Map<string, Code>();
  for (const code of groups.flatMap((group) => Object.values(group)) as Code[]) {
    if (catalogue.has(code.id)) throw new Error(`${code.id} has two owners`);
    catalogue.set(code.id, code);
  }
  return new Map([...catalogue].sort(([a], [b]) => (a < b ? -1 : 1)));
}
