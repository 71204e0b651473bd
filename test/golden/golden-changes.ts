/** How the golden files on disk differ from what the meshes give today. The update applies the list, the test wants it empty. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Found, GOLDEN, type GoldenCase } from "./find-cases.ts";
import { renderCase } from "./render-case.ts";

export type Change =
  | { readonly kind: "add" | "change"; readonly path: string; readonly text: string }
  /** A file that no mesh gives, or a folder without a mesh. */
  | { readonly kind: "remove"; readonly path: string };

export async function goldenChanges({ cases, strays }: Found): Promise<readonly Change[]> {
  const changes: Change[] = strays.map((path) => ({ kind: "remove", path }));
  for (const golden of cases) changes.push(...(await changesOf(golden)));
  return changes;
}

export async function changesOf(golden: GoldenCase): Promise<readonly Change[]> {
  const wanted = await renderCase(golden).catch((cause: Error) => {
    throw new Error(`${golden.id}: ${cause.message}`, { cause });
  });
  const there = readdirSync(golden.folder).filter((name) => name !== "mesh.ts");
  const orphans = there.filter((name) => !wanted.has(name));
  const written = [...wanted].flatMap(([name, text]): Change[] => {
    const path = `${golden.id}/${name}`;
    if (!there.includes(name)) return [{ kind: "add", path, text }];
    return readFileSync(join(GOLDEN, path), "utf8") === text ? [] : [{ kind: "change", path, text }];
  });
  return [...written, ...orphans.map((name): Change => ({ kind: "remove", path: `${golden.id}/${name}` }))];
}
