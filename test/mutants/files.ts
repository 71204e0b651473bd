/** Files of the repository by pattern, always in the same order. */
import { globSync } from "node:fs";
import { pathOf } from "./mutant.ts";

export const glob = (...patterns: readonly string[]): readonly string[] =>
  globSync(patterns, { cwd: pathOf("") }).sort();
