/**
 * Evaluates a mesh in TypeScript or JavaScript, in a process of its own: whatever the file does (loop, exit, print, change globals)
 * does not reach the command that asked. Must not trust the answer's shape beyond what `evaluate.ts` writes.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { extname } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { deserialize } from "node:v8";
import { type Diagnostic, diagnose } from "../components/diagnostics/diagnostic.ts";
import type { Finding } from "../components/diagnostics/finding.ts";
import { siblingProgram } from "../components/local/sibling-program.ts";
import { meshEnded, meshEndless } from "./codes.ts";

const LIMIT_SECONDS = 10;
/** What a mesh file may print; the rest is dropped. */
const MOST_PRINTED = 64 * 1024;

export type EvaluatedEnvironment =
  | { readonly name: string; readonly spec: unknown }
  | { readonly name: string; readonly findings: readonly Finding[] };

/** What a file exports as `probes`: plain data of whatever shape, or why it is none. */
export type ExportedProbes = { readonly value: unknown } | { readonly findings: readonly Finding[] };

export type Evaluation =
  | {
      readonly kind: "evaluated";
      readonly environments: readonly EvaluatedEnvironment[];
      readonly probes: ExportedProbes;
    }
  | { readonly kind: "failed"; readonly findings: readonly Finding[] };

/** `file` as the user names it; findings name it in the same way. */
export async function evaluate(file: string): Promise<Evaluation> {
  const { answer, printed, timedOut, how } = await runChild(file);
  const failed = (diagnostic: Diagnostic): Evaluation => ({
    kind: "failed",
    findings: [{ ...diagnostic, place: { file } }],
  });
  if (timedOut) return failed(diagnose(meshEndless, { limit: `${LIMIT_SECONDS} s` }, { path: [] }));
  // Node's own code for a module that waits for something that never comes.
  if (answer.length === 0 && how === "exit code 13")
    return failed(diagnose(meshEndless, { limit: "the life of its process" }, { path: [] }));
  // What Node prints of a crash is its own stack; only a file that was evaluated has something to say.
  if (answer.length === 0) return failed(diagnose(meshEnded, { how }, { path: [] }));
  process.stderr.write(printed);
  return deserialize(answer) as Evaluation;
}

/** From source the child needs to find the sources, too. */
const conditions = extname(import.meta.url) === ".ts" ? ["--conditions=meshwright-source"] : [];

interface Ended {
  readonly answer: Buffer;
  readonly printed: Buffer;
  readonly timedOut: boolean;
  readonly how: string;
}

async function runChild(file: string): Promise<Ended> {
  const flags = [...conditions, "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"];
  const child = spawn(process.execPath, [...flags, ...siblingProgram("evaluate", import.meta.url), file], {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const answers = child.stdio[3] as Readable;
  const answer = collect(answers, Number.POSITIVE_INFINITY);
  const printed = [child.stdout, child.stderr].map((stream) => collect(stream as Readable, MOST_PRINTED));
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill("SIGKILL");
  }, LIMIT_SECONDS * 1000);
  const answered = once(answers, "end");
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  clearTimeout(timer);
  // A process that the file started may hold the pipe open for ever.
  await Promise.race([answered, pause(1000, undefined, { ref: false })]);
  for (const stream of child.stdio) stream?.destroy();
  const how = code === null ? `signal ${signal}` : `exit code ${code}`;
  return { answer: Buffer.concat(answer), printed: Buffer.concat(printed.flat()), timedOut, how };
}

function collect(stream: Readable, most: number): Buffer[] {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on("data", (chunk: Buffer) => {
    if (size >= most) return;
    chunks.push(chunk);
    size += chunk.length;
  });
  return chunks;
}
