/**
 * A folder and those above it, made from above. Node's own `mkdir` with `recursive` goes from below and asks for ever where the system
 * says "no such file" of a place in which nobody can make anything, as `/proc` is (Node 22.23, Linux).
 */
import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const above = dirname(folder);
  if (above !== folder) makeFolder(above);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Somebody else was faster.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
