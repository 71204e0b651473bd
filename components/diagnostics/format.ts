/**
 * Diagnostics as text for a terminal and as JSON for machines. The only place where their prose is put together.
 */
import { formatPath } from "../values/model-path.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** A diagnostic with its prose, as `--json` prints it. */
export interface Described {
  readonly code: string;
  readonly name: string;
  readonly severity: string;
  readonly engine?: string;
  readonly at: string;
  readonly what: string;
  readonly got?: string;
  readonly why: string;
  readonly fix: string;
}

const LONGEST_VALUE = 200;

export function describe(catalogue: Catalogue, diagnostic: Diagnostic): Described {
  const code = catalogue.get(diagnostic.code);
  if (code === undefined) throw new Error(`${diagnostic.code} is in no catalogue`);
  return {
    code: code.id,
    name: code.name,
    severity: diagnostic.severity,
    ...(diagnostic.engine === undefined ? {} : { engine: diagnostic.engine }),
    at: printable(formatPath(diagnostic.path)),
    what: printable(code.what(diagnostic.args)),
    ...("got" in diagnostic ? { got: showValue(diagnostic.got) } : {}),
    why: printable(code.why(diagnostic.args)),
    fix: printable(code.fix(diagnostic.args)),
  };
}

export function formatText(catalogue: Catalogue, diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((diagnostic) => formatOne(describe(catalogue, diagnostic))).join("\n");
}

function formatOne(found: Described): string {
  const engine = found.engine === undefined ? "" : `   [${found.engine}]`;
  const got = found.got === undefined ? [] : [`  got   ${found.got}`];
  return [
    `${found.severity} ${found.code} ${found.name}${engine}`,
    `  at    ${found.at}`,
    `  what  ${found.what}`,
    ...got,
    `  why   ${found.why}`,
    `  fix   ${found.fix}`,
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
const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
