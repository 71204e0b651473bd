/**
 * YAML as a mesh file: one document, YAML 1.2 core types, no custom tags, no merge keys, aliases only as far as they cannot explode.
 */
import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument, type YAMLError } from "yaml";
import { diagnose } from "../components/diagnostics/diagnostic.ts";
import type { Finding, Place } from "../components/diagnostics/finding.ts";
import type { ModelPath } from "../components/values/model-path.ts";
import { fileTooLarge, malformed } from "./codes.ts";
import type { DataFile } from "./data-file.ts";

/** The parser reads about half a megabyte a second; a mesh beyond this is written as JSON. */
const LARGEST = 4 * 1024 * 1024;
const MOST_ALIASES = 100;

export function readYaml(text: string, file: string): DataFile {
  if (text.length > LARGEST) {
    const size = { limit: "4 MiB of YAML", found: `${(text.length / 1024 / 1024).toFixed(1)} MiB` };
    return { kind: "failed", findings: [{ ...diagnose(fileTooLarge, size, { path: [] }), place: { file } }] };
  }
  try {
    return parse(text, file);
  } catch (error) {
    // Too many aliases, or nesting beyond the parser's stack.
    return { kind: "failed", findings: [problem((error as Error).message, { file })] };
  }
}

function parse(text: string, file: string): DataFile {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    schema: "core",
    resolveKnownTags: false,
    uniqueKeys: true,
    stringKeys: true,
    prettyErrors: false,
    logLevel: "error",
  });
  const placeOf = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  // A warning is a tag that nobody resolved: its value would not be what was meant.
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) {
    const findings = problems.map((one: YAMLError) => problem(messageOf(one), { file, ...placeOf(one.pos[0]) }));
    return { kind: "failed", findings };
  }
  const data: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
  return { kind: "read", data, locate: (path) => placeOf(deepest(document, path)) };
}

/** What the parser says to programmers is no help to whoever wrote the file. */
const messageOf = ({ code, message }: YAMLError): string =>
  code === "MULTIPLE_DOCS" ? "a second document begins here, and a file holds one" : message;

const problem = (message: string, place: Place): Finding => ({
  ...diagnose(malformed, { format: "YAML", message }, { path: [] }),
  place,
});

/** The offset of a path's key or item, or of the nearest parent that is written. */
function deepest(document: Document, path: ModelPath): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const key of path) {
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
      : undefined;
    const next: unknown = isSeq(node) ? node.items[Number(key)] : pair?.value;
    const start = startOf(pair?.key) ?? startOf(next);
    if (start === undefined) break;
    offset = start;
    node = next;
  }
  return offset;
}

const startOf = (node: unknown): number | undefined =>
  typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)
    ? (node.range[0] as number)
    : undefined;
