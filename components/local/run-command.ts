/**
 * Owns running one short command to its end and collecting what it printed.
 * Must not use a shell: arguments reach the program as they are.
 */
import { spawn } from "node:child_process";

export type CommandResult =
  | { readonly kind: "ended"; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: "failed"; readonly reason: string };

export function runCommand(
  file: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly timeoutMs: number },
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    // Not spawn's own `timeout`: that one goes on when the program could not be started, and holds the process.
    const limit = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs);
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
    child.once("error", (error) => {
      clearTimeout(limit);
      resolve({ kind: "failed", reason: error.message });
    });
    child.once("close", (code, signal) => {
      clearTimeout(limit);
      resolve(
        code === null
          ? {
              kind: "failed",
              reason: `ended by ${signal ?? "a signal"} (limit ${options.timeoutMs / 1000} s)`,
            }
          : { kind: "ended", code, ...output },
      );
    });
  });
}
