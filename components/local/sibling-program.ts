/**
 * Owns how one of our own programs is started as a child process: from `.ts` in a checkout, from `.js` in the package.
 */
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/** Arguments of `node` that run `name` from the folder of the importing module, which gives its `import.meta.url`. */
export function siblingProgram(name: string, importer: string): string[] {
  const path = fileURLToPath(new URL(`./${name}${extname(importer)}`, importer));
  // Stripping types is still announced as experimental by Node 22; a user can do nothing about it.
  return ["--disable-warning=ExperimentalWarning", path];
}
