/** The survivors that are known, each with the reason why no behaviour tells it from the original: survivors.json. */
import { readFileSync } from "node:fs";
import type { Mutant } from "./mutant.ts";

export interface Survivor {
  readonly file: string;
  /** In one line. */
  readonly original: string;
  readonly replacement: string;
  readonly why: string;
}

export const knownSurvivors = (): readonly Survivor[] =>
  JSON.parse(readFileSync(new URL("./survivors.json", import.meta.url), "utf8")) as readonly Survivor[];

export const oneLine = (code: string): string => code.replace(/\s+/g, " ").trim();

export const isOf = (known: Survivor, { file, original, replacement }: Mutant): boolean =>
  known.file === file && known.original === oneLine(original) && known.replacement === oneLine(replacement);
