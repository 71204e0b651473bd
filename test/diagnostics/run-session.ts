/**
 * The examples of codes that no mesh has but a command: `<code>/fails.session` and `<code>/passes.session`. A session is a text: lines
 * that begin with `$` are commands, `-- name --` begins a file of the folder in which they run. The last command is a `mesh`,
 * or a `node` with a program of the user's.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { MeshFolder } from "../unit/cli/mesh-process.ts";
import type { Outcome } from "./load-example.ts";

export interface SessionFile {
  readonly name: string;
  readonly text: string;
}

export interface Session {
  readonly commands: readonly string[];
  readonly files: readonly SessionFile[];
}

/** What the last command of a session printed, and how it ended. */
export interface Ending {
  readonly output: string;
  readonly exitCode: number | null;
}

export function readSession(code: string, outcome: Outcome): Session {
  const text = readFileSync(new URL(`${code}/${outcome}.session`, import.meta.url), "utf8");
  const [head = "", ...parts] = text.split(/^-- (.+) --\n/m);
  const commands = head.split("\n").flatMap((line) => (line.startsWith("$ ") ? [line.slice(2)] : []));
  const files = parts.flatMap((name, index) => (index % 2 === 0 ? [{ name, text: parts[index + 1] ?? "" }] : []));
  return { commands, files };
}

const endings = new Map<string, Ending>();

/** Each session runs once, whoever asks. */
export function runSession(code: string, outcome: Outcome): Ending {
  const name = `${code} ${outcome}`;
  let ending = endings.get(name);
  if (ending === undefined) endings.set(name, (ending = run(readSession(code, outcome))));
  return ending;
}

function run({ commands, files }: Session): Ending {
  const folder = new MeshFolder(packagesOf(files));
  try {
    for (const file of files) folder.write(file.name, file.text);
    for (const command of commands.slice(0, -1)) execFileSync("sh", ["-c", command], { cwd: folder.path });
    const [program, ...args] = (commands.at(-1) ?? "").split(" ");
    if (program !== "mesh" && program !== "node") throw new Error("the last command is a `mesh`, or a `node`");
    const { code, stdout, stderr } = folder[program](args);
    return { output: program === "mesh" ? stdout + stderr : toldIn(stdout + stderr), exitCode: code };
  } finally {
    folder.remove();
  }
}

/** A program that throws shows its stack, too: places of the machine that it ran on. */
const toldIn = (output: string): string =>
  /^(?:error|warning|note) MW\d{4} .*?(?=\n\n)/ms.exec(output)?.[0].concat("\n") ?? "";

/** What the session's own package.json asks for is there. */
function packagesOf(files: readonly SessionFile[]): readonly string[] {
  const text = files.find(({ name }) => name === "package.json")?.text ?? "{}";
  const { devDependencies = {} } = JSON.parse(text) as { readonly devDependencies?: Readonly<Record<string, string>> };
  return Object.keys(devDependencies);
}

/** The codes that a command printed. */
export const codesIn = (output: string): readonly string[] =>
  [...output.matchAll(/^(?:error|warning|note) (MW\d{4}) /gm)].map(([, code = ""]) => code);
