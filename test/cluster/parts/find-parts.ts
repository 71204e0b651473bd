/** The parts that are there, for suites: this builds nothing, so that `mocha` alone answers at once. */
import { existsSync } from "node:fs";
import { cacheDirectory } from "../../../components/local/cache-directory.ts";
import { findEnvoy } from "../../../components/local/envoy-binary.ts";
import { pulumiPlaces } from "../pulumi/pulumi-part.ts";
import { filePath, partsFolder, programPath } from "./cache.ts";
import { fileParts, goParts } from "./versions.ts";

export type Parts<Name extends string> = Readonly<Record<Name, string>>;

/** What the suites call for, by path; `missing` names each that is not there. */
export type FoundParts<Name extends string> =
  | { readonly kind: "found"; readonly paths: Parts<Name> }
  | { readonly kind: "missing"; readonly missing: readonly string[] };

export async function findParts<Name extends string>(names: readonly Name[]): Promise<FoundParts<Name>> {
  const found = await Promise.all(names.map(async (name) => [name, await pathOf(name)] as const));
  const missing = found.filter(([, path]) => path === undefined).map(([name]) => name);
  if (missing.length > 0) return { kind: "missing", missing };
  return { kind: "found", paths: Object.fromEntries(found) as Parts<Name> };
}

async function pathOf(name: string): Promise<string | undefined> {
  if (name === "envoy") return envoyPath();
  const path = pathInCache(name);
  if (path === undefined) throw new Error(`no part is called ${name}`);
  return existsSync(path) ? path : undefined;
}

function pathInCache(name: string): string | undefined {
  const program = goParts.find((part) => part.name === name);
  if (program !== undefined) return programPath(partsFolder(), program);
  const file = fileParts.find((part) => part.name === name);
  if (file !== undefined) return filePath(partsFolder(), file);
  const ofPulumi: Readonly<Record<string, string>> = pulumiPlaces();
  return ofPulumi[name];
}

async function envoyPath(): Promise<string | undefined> {
  const found = await findEnvoy({ env: process.env, cacheDir: cacheDirectory(process.env), onProgress: () => {} });
  return found.kind === "found" ? found.path : undefined;
}
