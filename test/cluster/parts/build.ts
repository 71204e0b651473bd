/** Builds one part into the cache, unless it is there. A part appears with one rename, so a build that was ended leaves none. */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { filePath, programPath } from "./cache.ts";
import type { Go } from "./go.ts";
import { downloadModule, goModFor } from "./go-module.ts";
import type { FilePart, GoPart } from "./versions.ts";

export interface Built {
  readonly kind: "cached" | "built";
  readonly path: string;
  readonly bytes: number;
}

/** @throws where the part cannot be had, with the reason */
export function buildProgram(go: Go, part: GoPart, cache: string): Promise<Built> {
  return keepOrMake(programPath(cache, part), async (folder, made) => {
    await writeFile(join(folder, "go.mod"), await goModFor(go, part, folder));
    const program = part.folder === undefined ? part.module : `${part.module}/${part.folder}`;
    const result = await go(["build", "-trimpath", "-ldflags", linkerFlags(part), "-o", made, program], folder);
    if (result.kind === "failed") throw new Error(result.reason);
  });
}

export function copyFile(go: Go, part: FilePart, cache: string): Promise<Built> {
  return keepOrMake(filePath(cache, part), async (folder, made) => {
    const { Dir } = await downloadModule(go, part, folder);
    const files = await yamlFiles(join(Dir, part.path));
    const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
    await writeFile(made, texts.join("\n---\n"));
  });
}

/** Without symbols and debug information, as the makers ship them. */
const linkerFlags = ({ variables = {} }: GoPart): string =>
  ["-s", "-w", ...Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`)].join(" ");

async function yamlFiles(path: string): Promise<readonly string[]> {
  if ((await stat(path)).isFile()) return [path];
  const names = (await readdir(path)).filter((name) => name.endsWith(".yaml"));
  return names.sort().map((name) => join(path, name));
}

async function keepOrMake(path: string, make: (folder: string, made: string) => Promise<void>): Promise<Built> {
  const there = await sizeOf(path);
  if (there !== undefined) return { kind: "cached", path, bytes: there };
  await mkdir(dirname(path), { recursive: true });
  const staging = await mkdtemp(join(dirname(path), "making-"));
  try {
    const made = join(staging, "made");
    await make(staging, made);
    await rename(made, path);
    return { kind: "built", path, bytes: (await sizeOf(path)) ?? 0 };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
