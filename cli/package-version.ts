/** The version of the package that this command belongs to. */
import { readFileSync } from "node:fs";
import { extname } from "node:path";

export function packageVersion(): string {
  const folder = extname(import.meta.url) === ".ts" ? "../" : "../../";
  const text = readFileSync(new URL(`${folder}package.json`, import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
