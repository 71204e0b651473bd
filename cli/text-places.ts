/** From a place in the mesh to a place in its file's text: what every format offers in its own way. */
import { LineCounter } from "yaml";
import type { ModelPath } from "../components/values/model-path.ts";

export interface TextPlace {
  /** Another one than the file that was asked about. */
  readonly file?: string;
  readonly line: number;
  readonly column: number;
}

/** The place of a path, or of the nearest parent that is written; undefined where nothing is known. */
export type Locate = (path: ModelPath) => TextPlace | undefined;

/** Offsets to lines, by a table of the text's lines. */
export function lineTable(text: string): (offset: number) => TextPlace {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines.addNewLine(at + 1);
  return (offset) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
}
