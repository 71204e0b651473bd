/**
 * JSON as a mesh file. `JSON.parse` says what it means; a scan of the same text, which is then known to be JSON, says where each key
 * stands and which are written twice. (The yaml library reads JSON too, at a hundredth of the speed: 32 MiB would take a minute.)
 */
import { diagnose } from "../components/diagnostics/diagnostic.ts";
import type { Finding } from "../components/diagnostics/finding.ts";
import type { ModelPath } from "../components/values/model-path.ts";
import { duplicateKey, malformed } from "./codes.ts";
import type { DataFile } from "./data-file.ts";
import { lineTable } from "./text-places.ts";

/** What is written below a key or an index: where, and what it holds itself. */
interface Entry {
  readonly offset: number;
  below?: Map<string | number, Entry>;
}

export function readJson(text: string, file: string): DataFile {
  const placeOf = lineTable(text);
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    const { message, offset } = explain(error as Error);
    const place = { file, ...(offset === undefined ? {} : placeOf(offset)) };
    return { kind: "failed", findings: [{ ...diagnose(malformed, { format: "JSON", message }, { path: [] }), place }] };
  }
  const { root, twice } = scan(text);
  const findings = twice.map(({ path, offset }): Finding => {
    const finding = diagnose(duplicateKey, { key: String(path.at(-1)) }, { path });
    return { ...finding, place: { file, ...placeOf(offset) } };
  });
  if (findings.length > 0) return { kind: "failed", findings };
  return { kind: "read", data, locate: (path) => placeOf(deepest(root, path).offset) };
}

/** V8 names the offset, or the line and column, or neither, and quotes the text around. */
function explain({ message }: Error): { readonly message: string; readonly offset?: number } {
  const [, text = message, offset] = /^(.*?)(?: in JSON)? at position (\d+)/s.exec(message) ?? [];
  return offset === undefined ? { message: text } : { message: text, offset: Number(offset) };
}

function deepest(root: Entry, path: ModelPath): Entry {
  let entry = root;
  for (const key of path) {
    const next = entry.below?.get(key);
    if (next === undefined) break;
    entry = next;
  }
  return entry;
}

interface Open {
  readonly entry: Entry;
  /** The key whose value comes next, or the index in a list. */
  key: string | number | undefined;
}

/** The begin of a text, or any other token. */
const TOKEN = /"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Of JSON that has been parsed. Texts are not part of the pattern: one of megabytes would fill the stack of its matcher. */
function* tokensOf(text: string): Iterable<{ readonly token: string; readonly offset: number }> {
  const pattern = new RegExp(TOKEN);
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    if (found[0] === '"') pattern.lastIndex = endOfText(text, found.index);
    yield { token: text.slice(found.index, pattern.lastIndex), offset: found.index };
  }
}

/** Behind the first quote after `start` before which stands an even number of backslashes. */
function endOfText(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    let before = quote - 1;
    while (text[before] === "\\") before--;
    if ((quote - before) % 2 === 1) return quote + 1;
  }
}

function scan(text: string) {
  const root: Entry = { offset: 0 };
  const twice: { readonly path: ModelPath; readonly offset: number }[] = [];
  const open: Open[] = [];
  for (const { token, offset } of tokensOf(text)) {
    const here = open.at(-1);
    if (token === "}" || token === "]") open.pop();
    else if (token === ",") {
      if (here !== undefined) here.key = typeof here.key === "number" ? here.key + 1 : undefined;
    } else if (token === ":") continue;
    else if (here !== undefined && here.key === undefined) {
      const key = JSON.parse(token) as string;
      here.key = key;
      if (below(here.entry).has(key)) twice.push({ path: open.map((one) => one.key ?? ""), offset });
      below(here.entry).set(key, { offset });
    } else {
      const entry = here === undefined ? root : entryOf(here, offset);
      if (token === "{") open.push({ entry, key: undefined });
      else if (token === "[") open.push({ entry, key: 0 });
    }
  }
  return { root, twice };
}

const below = (entry: Entry): Map<string | number, Entry> => (entry.below ??= new Map());

/** The value of a key is the entry of the key; items of a list get theirs here. */
function entryOf({ entry, key }: Open, offset: number): Entry {
  const known = below(entry).get(key as string | number);
  if (known !== undefined) return known;
  const item: Entry = { offset };
  below(entry).set(key as number, item);
  return item;
}
