/** Reads the fenced blocks of a tutorial: what to do, what to see. Pure; must not run anything. */

export interface Block {
  readonly language: string;
  /** `exit=1` is exit → 1, `background` is background → "". */
  readonly options: ReadonlyMap<string, string>;
  readonly text: string;
}

export interface Step {
  readonly block: Block;
  /** The ```text block below it. */
  readonly output: string | undefined;
}

const FENCED = /^```(\S+)([^\n]*)\n(.*?)^```$/gms;
/** A misspelled option would silently change what is tested. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  sh: ["exit", "background"],
  ts: ["file", "change"],
  text: [],
};

export function stepsOf(page: string): readonly Step[] {
  const blocks = [...page.matchAll(FENCED)].map(([, language = "", options = "", text = ""]) =>
    blockOf(language, options, text),
  );
  return blocks.flatMap((block, index) => {
    if (block.language === "text") return [];
    const next = blocks[index + 1];
    return [{ block, output: next?.language === "text" ? next.text : undefined }];
  });
}

function blockOf(language: string, written: string, text: string): Block {
  const pairs = written
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "");
  const options = new Map(pairs.map((word) => [word.split("=")[0] ?? "", word.split("=")[1] ?? ""]));
  const known = KNOWN[language];
  for (const name of options.keys()) if (known?.includes(name) !== true) throw new Error(`unknown option ${name}`);
  if (known === undefined || (language === "ts" && options.size !== 1))
    throw new Error(`unknown block ${language}${written}`);
  return { language, options, text };
}

/** Each line of `output` stands in a line of `printed`, in this order; `…` is anything. */
export function shows(printed: string, output: string): boolean {
  const lines = printed.split("\n");
  let from = 0;
  for (const wanted of output.trimEnd().split("\n")) {
    const pattern = new RegExp(`^\\s*${wanted.trim().split("…").map(quoted).join(".*")}\\s*$`);
    const at = lines.findIndex((line, index) => index >= from && pattern.test(line));
    if (at === -1) return false;
    from = at + 1;
  }
  return true;
}

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Puts a member of an object into a file: in the place of the one with the same name and indentation, else as the last one. */
export function change(file: string, member: string): string {
  const start = /^( *)([\w-]+): /.exec(member);
  if (start === null) throw new Error(`not a member: ${member}`);
  const lines = file.split("\n");
  const first = lines.findIndex((line) => line.startsWith(start[0]));
  if (first === -1) return file.replace(/\n\}\);\n$/, `\n\n${member}});\n`);
  const isOpen = /[{[(]$/.test(lines[first] ?? "");
  const length = isOpen ? lines.slice(first).findIndex((line) => line.startsWith(`${start[1]}}`)) + 1 : 1;
  lines.splice(first, length, member.trimEnd());
  return lines.join("\n");
}
