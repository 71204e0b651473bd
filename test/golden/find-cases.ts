/** The golden cases on disk: `test/golden/<capability>/<case>/mesh.ts`, and what lies beside them without belonging to any. */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const GOLDEN = dirname(fileURLToPath(import.meta.url));

export interface GoldenCase {
  readonly capability: string;
  /** `fault-injection/delay-half-of-requests` */
  readonly id: string;
  readonly folder: string;
}

export interface Found {
  readonly cases: readonly GoldenCase[];
  /** Folders that hold no mesh, relative. */
  readonly strays: readonly string[];
}

export function findCases(): Found {
  const folders = foldersIn(GOLDEN).flatMap((capability) => {
    const inside = foldersIn(join(GOLDEN, capability)).map((name) => ({ capability, id: `${capability}/${name}` }));
    return inside.length === 0 ? [{ capability, id: capability }] : inside;
  });
  const all = folders.map(({ capability, id }) => ({ capability, id, folder: join(GOLDEN, id) }));
  const isCase = ({ capability, id, folder }: GoldenCase) => id !== capability && existsSync(join(folder, "mesh.ts"));
  return { cases: all.filter(isCase), strays: all.filter((one) => !isCase(one)).map(({ id }) => id) };
}

const foldersIn = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
