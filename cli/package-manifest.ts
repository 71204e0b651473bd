/** What package.json says of the package that this command belongs to. */
import { readFileSync } from "node:fs";
import { extname } from "node:path";

interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
}

const folder = extname(import.meta.url) === ".ts" ? "../" : "../../";
const text = readFileSync(new URL(`${folder}package.json`, import.meta.url), "utf8");

export const packageManifest = JSON.parse(text) as Manifest;
