/**
 * The program that hosts the stand-ins of a run (see workload.ts): reads the file it is given, prints `ready`, and ends with
 * its stdin or on SIGTERM. Must not outlive the runner, so it needs a pipe as stdin.
 */
import { readFile } from "node:fs/promises";
import { startWorkloads } from "./workload.ts";
import type { WorkloadsSpec } from "./workload-spec.ts";

const [file = ""] = process.argv.slice(2);

process.once("SIGTERM", () => process.exit(0));
for (const event of ["end", "error", "close"]) process.stdin.once(event, () => process.exit(0));
process.stdin.resume();

await startWorkloads(JSON.parse(await readFile(file, "utf8")) as WorkloadsSpec);
process.stdout.write("ready\n");
