/** The Go toolchain as these builds use it: found on PATH, at low priority, with its own caches. */
import { spawn } from "node:child_process";
import { setPriority } from "node:os";
import { findOnPath } from "../../../components/local/find-on-path.ts";

export type GoResult =
  | { readonly kind: "ok"; readonly stdout: string }
  | { readonly kind: "failed"; readonly reason: string };

export type Go = (args: readonly string[], folder: string) => Promise<GoResult>;

/** A whole build of the API server takes minutes on two cores; people work beside it. */
const NICE = 10;

export async function findGo(env: NodeJS.ProcessEnv): Promise<Go | undefined> {
  const path = await findOnPath("go", env);
  return path === undefined ? undefined : (args, folder) => runGo(path, args, folder, env);
}

function runGo(path: string, args: readonly string[], folder: string, env: NodeJS.ProcessEnv): Promise<GoResult> {
  return new Promise((resolve) => {
    // A workspace file of somebody's home folder must not decide what is built here.
    const settings = { CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "-mod=mod" };
    const child = spawn(path, args, { cwd: folder, env: { ...env, ...settings }, stdio: ["ignore", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
    child.once("spawn", () => setPriority(child.pid ?? 0, NICE));
    child.once("error", (error) => resolve({ kind: "failed", reason: error.message }));
    child.once("close", (code) =>
      resolve(
        code === 0 ? { kind: "ok", stdout: output.stdout } : { kind: "failed", reason: firstProblem(output, code) },
      ),
    );
  });
}

/** What it downloads is said on the same stream as what went wrong; `go mod download -json` tells its error as JSON. */
function firstProblem({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }, code: number | null) {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("go: downloading "));
  return lines[0] ?? /"Error": "(.*)"/.exec(stdout)?.[1] ?? `go ended with code ${String(code)}`;
}
