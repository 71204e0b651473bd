/**
 * The program that hosts the stand-ins of a run: each line of its stdin is the whole list that it shall serve (WorkloadsSpec);
 * it prints `ready` when it does, and in one line why not when it cannot. Must not outlive the runner, so it ends with its stdin.
 */
import { createInterface } from "node:readline";
import { READY } from "./workload.ts";
import { WorkloadHost } from "./workload-host.ts";
import type { WorkloadsSpec } from "./workload-spec.ts";

process.once("SIGTERM", () => process.exit(0));

const host = new WorkloadHost();
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${await serve(line)}\n`);
}
process.exit(0);

/** A list that cannot be served must not take the others with it. */
async function serve(line: string): Promise<string> {
  try {
    await host.serve(JSON.parse(line) as WorkloadsSpec);
    return READY;
  } catch (error) {
    return (error as Error).message.replaceAll("\n", " ");
  }
}
