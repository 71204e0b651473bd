/** Builds the parts that are not in the cache yet, and says of each what it is or why it could not be had. */
import { mkdir } from "node:fs/promises";
import { cacheDirectory } from "../../../components/local/cache-directory.ts";
import { findEnvoy } from "../../../components/local/envoy-binary.ts";
import { type Built, buildProgram, copyFile } from "./build.ts";
import { partsFolder } from "./cache.ts";
import { findGo, type Go } from "./go.ts";
import { installMachinePackages } from "./machine-packages.ts";
import { type FilePart, fileParts, type GoPart, goParts } from "./versions.ts";

const say = (text: string): void => console.log(`parts: ${text}`);

const cache = partsFolder();
await mkdir(cache, { recursive: true });
const go = await findGo(process.env);
// One after the other: each build uses every core.
for (const part of fileParts) await show(part, "file", (found) => copyFile(found, part, cache));
for (const part of goParts) await show(part, "program", (found) => buildProgram(found, part, cache));
await showEnvoy();
say(`packages of a node ${await installMachinePackages()}`);

async function show(part: GoPart | FilePart, what: string, get: (go: Go) => Promise<Built>): Promise<void> {
  const name = `${part.name} ${part.version} (${what})`;
  if (go === undefined) return say(`${name} skipped: no go on PATH; install Go 1.26 or newer`);
  const started = performance.now();
  const announced = setTimeout(() => say(`${name} is being built; the first time this takes minutes`), 2_000);
  try {
    const { kind, bytes } = await get(go);
    const seconds = ((performance.now() - started) / 1_000).toFixed(0);
    say(`${name} ${kind === "cached" ? "is in the cache" : `built in ${seconds} s`}, ${size(bytes)}`);
  } catch (error) {
    say(`${name} skipped: ${(error as Error).message}`);
  } finally {
    clearTimeout(announced);
  }
}

async function showEnvoy(): Promise<void> {
  const found = await findEnvoy({ env: process.env, cacheDir: cacheDirectory(process.env), onProgress: say });
  say(found.kind === "found" ? `envoy ${found.version}` : `envoy skipped: ${found.tried.join("; ")}`);
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(0)} MB`;
}
