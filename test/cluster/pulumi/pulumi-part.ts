/** The Pulumi CLI as a part of the tests, and the script that builds it into the cache. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildProgram } from "../parts/build.ts";
import { partsFolder, programPath } from "../parts/cache.ts";
import { findGo } from "../parts/go.ts";
import type { GoPart } from "../parts/versions.ts";

/** The newest that the module proxy serves. Without a version of its own the Automation API refuses it. */
const pulumi: GoPart = {
  name: "pulumi",
  module: "github.com/pulumi/pulumi/pkg/v3",
  version: "v3.259.0",
  folder: "cmd/pulumi",
  variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": "v3.259.0" },
};

/** Undefined: it is not there. */
export function findPulumi(): string | undefined {
  const path = programPath(partsFolder(), pulumi);
  return existsSync(path) ? path : undefined;
}

async function main(): Promise<void> {
  const go = await findGo(process.env);
  if (go === undefined) return console.log("pulumi: skipped: there is no Go toolchain on PATH");
  try {
    const { kind, path } = await buildProgram(go, pulumi, partsFolder());
    console.log(`pulumi ${pulumi.version}: ${kind}, ${path}`);
  } catch (error) {
    console.log(`pulumi: skipped: ${(error as Error).message}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
