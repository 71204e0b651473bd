/**
 * Diagnostics as text for a terminal and as JSON for machines. The only place where their prose is put together.
 */
import { formatPath } from "../values/model-path.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Severity } from "./diagnostic.ts";
import { type Finding, formatPlace } from "./finding.ts";

/** A diagnostic with its prose, as `--json` prints it. */
export interface Described {
  readonly code: string;
  readonly name: string;
  readonly severity: Severity;
  readonly engine?: string;
  /** The place in the text, where it is known. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** The environments that it concerns; absent: the file itself. */
  readonly environments?: readonly string[];
  readonly at: string;
  readonly what: string;
  readonly got?: string;
  readonly why: string;
  readonly fix: string;
}

/** Colours a part of the text; who prints decides whether at all. */
export type Paint = (part: Severity | "label" | "place", text: string) => string;

const LONGEST_VALUE = 200;

export function describe(catalogue: Catalogue, finding: Finding): Described {
  const code = catalogue.get(finding.code);
  if (code === undefined) throw new Error(`${finding.code} is in no catalogue`);
  const { place, environments } = finding;
  return {
    code: code.id,
    name: code.name,
    severity: finding.severity,
    ...(finding.engine === undefined ? {} : { engine: finding.engine }),
    ...(place === undefined ? {} : { file: printable(place.file) }),
    ...(place?.line === undefined ? {} : { line: place.line }),
    ...(place?.column === undefined ? {} : { column: place.column }),
    ...(environments === undefined ? {} : { environments: environments.map(printable) }),
    at: printable(formatPath(finding.path)),
    what: printable(code.what(finding.args)),
    ...("got" in finding ? { got: showValue(finding.got) } : {}),
    why: printable(code.why(finding.args)),
    fix: printable(code.fix(finding.args)),
  };
}

export function formatText(catalogue: Catalogue, findings: readonly Finding[], paint: Paint = plain): string {
  return findings.map((finding) => formatOne(describe(catalogue, finding), finding.path.length, paint)).join("\n");
}

const plain: Paint = (_part, text) => text;

/** `depth` 0: it concerns no single place of the mesh, so there is none to name. */
function formatOne(found: Described, depth: number, paint: Paint): string {
  const engine = found.engine === undefined ? "" : `   [${found.engine}]`;
  const line = (label: string, text: string | undefined): string[] =>
    text === undefined ? [] : [`  ${paint("label", label.padEnd(6))}${text}`];
  const { file } = found;
  return [
    `${paint(found.severity, `${found.severity} ${found.code}`)} ${found.name}${engine}`,
    ...line("file", file === undefined ? undefined : paint("place", formatPlace({ ...found, file }))),
    ...line("at", depth === 0 ? undefined : found.at),
    ...line("in", found.environments?.join(", ")),
    ...line("what", found.what),
    ...line("got", found.got),
    ...line("why", found.why),
    ...line("fix", found.fix),
    "",
  ].join("\n");
}

/** A value as JSON, cut to a length that a person reads; what JSON cannot say is named by its type. */
export function showValue(value: unknown): string {
  const text = toJson(value);
  const shown = printable(text);
  return shown.length <= LONGEST_VALUE ? shown : `${shown.slice(0, LONGEST_VALUE)}… (${text.length} characters)`;
}

function toJson(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "symbol" || typeof value === "bigint") return `a ${typeof value}`;
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value === "object" && value !== null && "then" in value) return "a Promise or an Output";
  try {
    return JSON.stringify(value, shorten) ?? "undefined";
  } catch {
    return "a value with a cycle";
  }
}

const shorten = (_key: string, value: unknown): unknown =>
  typeof value === "string" && value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;

/** Control characters could rewrite a terminal's line: they are shown, not sent. */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
