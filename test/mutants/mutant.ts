/** Mutants of source files, as Stryker's instrumenter makes them: all of a file at once, each behind a switch. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Instrumenter } from "@stryker-mutator/instrumenter";

const ROOT = new URL("../../", import.meta.url);

/** @param file from the root */
export const pathOf = (file: string): string => fileURLToPath(new URL(file, ROOT));

export interface Mutant {
  readonly id: string;
  /** From the root. */
  readonly file: string;
  readonly line: number;
  /** The text of that line. */
  readonly inLine: string;
  readonly original: string;
  readonly replacement: string;
  /** The place of `original` in the file. */
  readonly start: number;
  readonly end: number;
}

/** What stands in the place of source files, by URL, and the mutants in it. */
export interface Instrumented {
  readonly sources: Readonly<Record<string, string>>;
  readonly mutants: readonly Mutant[];
}

const silent = () => undefined;
const off = () => false;
const LOGGER = {
  ...{ trace: silent, debug: silent, info: silent, warn: silent, error: silent, fatal: silent },
  ...{ isTraceEnabled: off, isDebugEnabled: off, isInfoEnabled: off, isWarnEnabled: off },
  ...{ isErrorEnabled: off, isFatalEnabled: off },
};

export async function instrument(files: readonly string[]): Promise<Instrumented> {
  const texts = new Map<string, string>();
  for (const file of files) texts.set(pathOf(file), await readFile(pathOf(file), "utf8"));
  const result = await new Instrumenter(LOGGER).instrument(
    [...texts].map(([name, content]) => ({ name, content, mutate: true })),
    { plugins: null, excludedMutations: [], ignorers: [] },
  );
  const names = new Map(files.map((file) => [pathOf(file), file]));
  return {
    sources: Object.fromEntries(
      result.files.map(({ name, content }) => [new URL(names.get(name) ?? "", ROOT).href, content]),
    ),
    mutants: result.mutants.map(({ id, fileName, location, replacement }) => {
      const text = texts.get(fileName) ?? "";
      const [start, end] = [offsetOf(text, location.start), offsetOf(text, location.end)];
      const line = location.start.line + 1;
      const inLine = text.split("\n", line).at(-1)?.trim() ?? "";
      const original = text.slice(start, end);
      return { id, file: names.get(fileName) ?? "", line, inLine, original, replacement, start, end };
    }),
  };
}

function offsetOf(text: string, { line, column }: { readonly line: number; readonly column: number }): number {
  let start = 0;
  for (let lines = 0; lines < line; lines++) start = text.indexOf("\n", start) + 1;
  return start + column;
}
