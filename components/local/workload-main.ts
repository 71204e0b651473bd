/**
 * The program that hosts the stand-ins of a run: each line of its stdin is the whole list that it shall serve (WorkloadsSpec);
 * it prints `ready` when it does. Must not outlive the runner, so it ends with its stdin.
 */
import { createInterface } from "node:readline";
import { WorkloadHost } from "./workload-host.ts";
import type { WorkloadsSpec } from "./workload-spec.ts";

process.once("SIGTERM", () => process.exit(0));

const host = new WorkloadHost();
for await (const line of createInterface({ input: process.stdin })) {
  await host.serve(JSON.parse(line) as WorkloadsSpec);
  process.stdout.write("ready\n");
}
process.exit(0);
