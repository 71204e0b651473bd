/** What a node needs of the machine, from its packages: installed where that is possible, else said why not. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { findOnPath } from "../../../components/local/find-on-path.ts";
import { CNI_PACKAGE, CNI_PLUGINS, isRootOnLinux, machinePrograms, missingPrograms } from "../node/machine.ts";

const run = promisify(execFile);

/** What to say of it. */
export async function installMachinePackages(): Promise<string> {
  const lacking = new Set((await missingPrograms()).map((name) => machinePrograms[name] ?? name));
  if (!existsSync(CNI_PLUGINS)) lacking.add(CNI_PACKAGE);
  if (lacking.size === 0) return "are there";
  const names = [...lacking].join(" ");
  if (!isRootOnLinux()) return `skipped: ${names} would need root on Linux`;
  if ((await findOnPath("apt-get", process.env)) === undefined) return `skipped: no apt-get to install ${names} with`;
  try {
    // The runtime that Debian would start belongs to the machine; a node brings its own.
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
    await run("apt-get", ["update", "-qq"], { env });
    await run("apt-get", ["install", "-qq", "-y", "--no-install-recommends", ...lacking], { env });
    return `${names} installed`;
  } catch (error) {
    return `skipped: ${(error as Error).message.split("\n").slice(0, 2).join(" ")}`;
  }
}
