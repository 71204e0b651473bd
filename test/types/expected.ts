/**
 * The cases of wrong meshes, and what their comments announce: `// error:` what the compiler says about the line below,
 * `// code:` what compiling the mesh as plain data says, with its path.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const directory = new URL("cases/", import.meta.url);

export interface CaseFile {
  /** What the case shows, and its file's name. */
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

export const caseFiles = (): readonly CaseFile[] =>
  readdirSync(directory)
    .sort()
    .map((file) => {
      const path = fileURLToPath(new URL(file, directory));
      return { name: file.replace(/\.ts$/, ""), path, text: readFileSync(path, "utf8") };
    });

export interface Expected {
  /** The first line below the comments, counted from 1. */
  readonly line: number;
  readonly text: string;
}

export const expectedErrors = (text: string): readonly Expected[] => announced(text, "error");

export const expectedCodes = (text: string): readonly string[] => announced(text, "code").map((item) => item.text);

function announced(text: string, kind: "error" | "code"): readonly Expected[] {
  const lines = text.split("\n");
  const isComment = (line = "") => line.trimStart().startsWith("//");
  return lines.flatMap((line, index) => {
    const [, found] = new RegExp(`^\\s*// ${kind}: (.*)$`).exec(line) ?? [];
    if (found === undefined) return [];
    const below = lines.findIndex((other, at) => at > index && !isComment(other));
    return [{ line: below + 1, text: found }];
  });
}
