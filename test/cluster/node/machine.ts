/** Whether this machine can carry a node: what a container runtime needs of it, or why it cannot. */
import { existsSync } from "node:fs";
import { findOnPath } from "../../../components/local/find-on-path.ts";

/** Programs of the machine's packages, and the Debian package that brings each. */
export const machinePrograms: Readonly<Record<string, string>> = {
  containerd: "containerd",
  ctr: "containerd",
  "containerd-shim-runc-v2": "containerd",
  runc: "runc",
  iptables: "iptables",
  conntrack: "conntrack",
  ip: "iproute2",
  nsenter: "util-linux",
  unshare: "util-linux",
};

/** Where Debian puts the plugins that give pods their addresses. */
export const CNI_PLUGINS = "/usr/lib/cni";
export const CNI_PACKAGE = "containernetworking-plugins";

export const isRootOnLinux = (): boolean => process.platform === "linux" && process.getuid?.() === 0;

/** Some systems keep them where only root's PATH looks. */
export const withSystemPath = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...env,
  PATH: `${env.PATH ?? ""}:/usr/local/sbin:/usr/sbin:/sbin`,
});

export async function missingPrograms(): Promise<readonly string[]> {
  const env = withSystemPath(process.env);
  const found = await Promise.all(
    Object.keys(machinePrograms).map(async (name) => [name, await findOnPath(name, env)] as const),
  );
  return found.filter(([, path]) => path === undefined).map(([name]) => name);
}

/** Undefined: it can. */
export async function whyNoNode(): Promise<string | undefined> {
  if (!isRootOnLinux()) return "a node needs root on Linux";
  const missing = [...(await missingPrograms()), ...(existsSync(CNI_PLUGINS) ? [] : [CNI_PACKAGE])];
  return missing.length === 0 ? undefined : `no ${missing.join(", ")} on this machine`;
}
