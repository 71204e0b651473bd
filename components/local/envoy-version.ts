/** Owns what a given executable says about its version, and which versions Meshwright supports. */
import { runCommand } from "./run-command.ts";

export type EnvoyVersion =
  | { readonly kind: "supported"; readonly version: string }
  | { readonly kind: "refused"; readonly reason: string };

/** The configuration we render uses fields that older releases reject at start. */
const oldest = { major: 1, minor: 39 };

export async function envoyVersion(path: string, env: NodeJS.ProcessEnv): Promise<EnvoyVersion> {
  const result = await runCommand(path, ["--version"], { env, timeoutMs: 10_000 });
  if (result.kind === "failed") return { kind: "refused", reason: `cannot be started: ${result.reason}` };
  if (result.code !== 0) {
    return {
      kind: "refused",
      reason: `\`--version\` ended with code ${result.code}: ${lastLine(result.stderr)}`,
    };
  }
  return judgeVersion(result.stdout);
}

function judgeVersion(output: string): EnvoyVersion {
  // "envoy  version: <commit>/1.40.0/Clean/RELEASE/BoringSSL"; development builds add "-dev".
  const match = /version: [0-9a-f]+\/(\d+)\.(\d+)\.(\d+)(?:-[\w.]+)?\//.exec(output);
  if (match === null) return { kind: "refused", reason: "does not report an Envoy version" };
  const [major, minor, patch] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const version = `${major}.${minor}.${patch}`;
  const isOld = major < oldest.major || (major === oldest.major && minor < oldest.minor);
  if (!isOld) return { kind: "supported", version };
  return {
    kind: "refused",
    reason: `is Envoy ${version}; ${oldest.major}.${oldest.minor} or newer is needed`,
  };
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
