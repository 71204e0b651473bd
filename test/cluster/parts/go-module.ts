/** The go.mod in which a program of another module is built, and where Go keeps that module. */
import type { Go } from "./go.ts";
import type { GoPart } from "./versions.ts";

interface Downloaded {
  readonly GoMod: string;
  readonly Dir: string;
}

interface GoMod {
  readonly Replace?: readonly { readonly Old: { readonly Path: string }; readonly New: { readonly Path: string } }[];
}

type Module = Pick<GoPart, "module" | "version">;

/** @throws with what Go says */
export async function downloadModule(go: Go, { module, version }: Module, folder: string): Promise<Downloaded> {
  const result = await go(["mod", "download", "-json", `${module}@${version}`], folder);
  if (result.kind === "failed") throw new Error(result.reason);
  return JSON.parse(result.stdout) as Downloaded;
}

/**
 * Everything below the one requirement follows from it (minimal version selection), so these lines pin the whole build.
 * A `replace` counts only in the module that is built: those of Kubernetes point into its own folders, where its staging modules
 * lie that are published under versions of their own.
 */
export async function goModFor(go: Go, part: GoPart, folder: string): Promise<string> {
  const lines = ["module meshwright.test/parts", "", "go 1.26.0", "", `require ${part.module} ${part.version}`];
  if (part.siblings === undefined) return `${lines.join("\n")}\n`;
  const { GoMod } = await downloadModule(go, part, folder);
  const result = await go(["mod", "edit", "-json", GoMod], folder);
  if (result.kind === "failed") throw new Error(result.reason);
  const inside = ((JSON.parse(result.stdout) as GoMod).Replace ?? []).filter(({ New }) => New.Path.startsWith("./"));
  const replaced = inside.map(({ Old }) => `replace ${Old.Path} => ${Old.Path} ${part.siblings}`);
  return `${[...lines, "", ...replaced].join("\n")}\n`;
}
