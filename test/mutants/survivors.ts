/** The survivors that are known, each with its reason: survivors.json. */
import { readFileSync } from "node:fs";
import type { Mutant } from "./mutant.ts";

export interface Survivor {
  readonly file: string;
  /** In one line. */
  readonly original: string;
  readonly replacement: string;
  /** The line in which it begins; absent where the same holds wherever this text stands in the file. */
  readonly inLine?: string;
  /** Can no behaviour differ from the original's? Else it does, and no test shows it. */
  readonly equivalent: boolean;
  readonly why: string;
}

export const knownSurvivors = (): readonly Survivor[] =>
  JSON.parse(readFileSync(new URL("./survivors.json", import.meta.url), "utf8")) as readonly Survivor[];

export const oneLine = (code: string): string => code.replace(/\s+/g, " ").trim();

export const isOf = (known: Survivor, { file, inLine, original, replacement }: Mutant): boolean =>
  known.file === file &&
  known.original === oneLine(original) &&
  known.replacement === oneLine(replacement) &&
  (known.inLine === undefined || known.inLine === inLine);
