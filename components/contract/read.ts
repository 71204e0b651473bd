/**
 * Readers: unknown data in, checked values out, every problem reported with its path.
 * The only door for JSON and JavaScript; TypeScript meshes pass through it too, so types and run time give the same findings.
 */
import type { SupportTable } from "../engines/support.ts";
import { type CalendarDate, isCalendarDate } from "../values/calendar-date.ts";
import { type Milliseconds, parseDuration } from "../values/duration.ts";
import { type Host, parseHost } from "../values/host.ts";
import { isKey, isLabel, nearest } from "../values/name.ts";
import { trimmed } from "../values/order.ts";
import { type PartsPerMillion, parsePercent } from "../values/percent.ts";
import { isPortNumber, type PortNumber } from "../values/port.ts";
import { isRegex, LONGEST_REGEX } from "../values/regex.ts";
import { missingKey, notPlain, tooLarge, unknownKey, wrongName, wrongType } from "./codes.ts";
import type { Acceptance, Cursor } from "./cursor.ts";

/** Answers `undefined` when it has reported why it could not read. */
export type Reader<T> = (value: unknown, at: Cursor) => T | undefined;

/** What a reader answers. */
export type Read<R> = R extends Reader<infer T> ? T : never;

/** The longest text and list a mesh may hold; a check of the whole file's size stands at the CLI. */
const LONGEST_TEXT = 65_536;
const LONGEST_LIST = 100_000;

/** Of what names a secret no message shows what was written: it may be the secret itself. */
export const covered =
  <T>(reader: Reader<T>): Reader<T> =>
  (value, at) =>
    reader(value, at.covered());

// --- plain values --------------------------------------------------------------------------------------------------

const fail = (at: Cursor, expected: string, value: unknown): undefined =>
  at.fail(wrongType, { expected, found: nameOf(value) }, value);

export const text: Reader<string> = (value, at) => {
  if (typeof value !== "string") return fail(at, "text", value);
  if (value.length > LONGEST_TEXT)
    return at.fail(tooLarge, { limit: `${LONGEST_TEXT} characters`, found: `${value.length} characters` });
  return value;
};

/** Text that is not empty and passes a test; `expected` ends the sentence "write …". */
export const textWhere =
  (expected: string, passes: (value: string) => boolean): Reader<string> =>
  (value, at) =>
    typeof value === "string" && value.length <= LONGEST_TEXT && passes(value) ? value : fail(at, expected, value);

export const boolean: Reader<boolean> = (value, at) =>
  typeof value === "boolean" ? value : fail(at, "true or false", value);

export const integer =
  (min: number, max: number): Reader<number> =>
  (value, at) =>
    typeof value === "number" && Number.isInteger(value) && value >= min && value <= max
      ? value
      : fail(at, `a whole number from ${min} to ${max}`, value);

export const oneOf =
  <const V extends string | number>(...allowed: readonly V[]): Reader<V> =>
  (value, at) =>
    allowed.includes(value as V)
      ? (value as V)
      : fail(at, `one of ${allowed.map((item) => JSON.stringify(item)).join(", ")}`, value);

/** Turns text into a value, or says what would have been right. */
const parsed =
  <T>(expected: string, parse: (value: string) => T | undefined): Reader<T> =>
  (value, at) => {
    const result = typeof value === "string" ? parse(value) : undefined;
    return result ?? fail(at, expected, value);
  };

export const duration: Reader<Milliseconds> = parsed(
  'a duration with its unit, from 1 ms to a year, like "2s" or "300ms"',
  parseDuration,
);
export const share: Reader<PartsPerMillion> = parsed('a share above 0 % and up to 100 %, like "5%"', parsePercent);
export const host: Reader<Host> = parsed('a host name without port, like "shop.example.com"', parseHost);
export const date: Reader<CalendarDate> = parsed('a calendar date, like "2027-01-31"', (value) =>
  isCalendarDate(value) ? value : undefined,
);
export const regex: Reader<string> = parsed(
  `a regular expression in RE2 syntax of 1 to ${LONGEST_REGEX} characters, for bytes (no \\x{100}), that is not repeated thousands of times`,
  (value) => (isRegex(value) ? value : undefined),
);
export const port: Reader<PortNumber> = (value, at) =>
  isPortNumber(value) ? value : fail(at, "a port from 1 to 65535", value);

const LABEL_RULE = "lower-case letters, digits and dashes, at most 63, beginning and ending with a letter or digit";
const KEY_RULE = "letters, digits and dashes, at most 63, beginning and ending with a letter or digit";

export const label: Reader<string> = (value, at) =>
  typeof value === "string" && isLabel(value) ? value : at.fail(wrongName, { rule: LABEL_RULE }, value);

// --- lists and records ---------------------------------------------------------------------------------------------

export const list =
  <T>(item: Reader<T>): Reader<readonly T[]> =>
  (value, at) => {
    if (!Array.isArray(value)) return fail(at, "a list", value);
    if (value.length > LONGEST_LIST)
      return at.fail(tooLarge, { limit: `${LONGEST_LIST} entries`, found: `${value.length} entries` });
    const entries: T[] = [];
    // Not by `entries()`, which makes a pair of each.
    for (let index = 0; index < value.length; index++) {
      const entry = item(value[index], at.at(index));
      if (entry !== undefined) entries.push(entry);
    }
    // Where none could be read, it is not as if an empty list had been written.
    return entries.length === 0 && value.length > 0 ? undefined : trimmed(entries);
  };

/** A list that says something: nobody can tell whether an empty one was meant to ask for nothing or for everything. */
export const nonEmpty =
  <T>(several: Reader<readonly T[]>): Reader<readonly T[]> =>
  (value, at) =>
    Array.isArray(value) && value.length === 0
      ? at.fail(wrongType, { expected: "a list of at least one entry", found: "an empty list" }, value)
      : several(value, at);

/** One value or a list of them. */
export const oneOrMore =
  <T>(item: Reader<T>, several: Reader<readonly T[]> = list(item)): Reader<readonly T[]> =>
  (value, at) => {
    if (Array.isArray(value)) return several(value, at);
    const only = item(value, at);
    return only === undefined ? undefined : [only];
  };

/** A record by name, as a Map: a name may be "constructor" and must stay a name. */
export const record =
  <T>(item: Reader<T>, names: "label" | "key" | "any" = "key"): Reader<ReadonlyMap<string, T>> =>
  (value, at) => {
    if (!isRecord(value)) return fail(at, "a record", value);
    const entries = new Map<string, T>();
    for (const key of Object.keys(value)) {
      if (!acceptsName(names, key)) {
        at.at(key).fail(wrongName, { rule: names === "label" ? LABEL_RULE : KEY_RULE }, key);
        continue;
      }
      const entry = item(value[key], at.at(key));
      if (entry !== undefined) entries.set(key, entry);
    }
    return entries;
  };

/** A record whose entries somebody else reads, one by one. */
export const unread: Reader<Readonly<Record<string, unknown>>> = (value, at) =>
  isRecord(value) ? value : fail(at, "a record", value);

const acceptsName = (names: "label" | "key" | "any", key: string): boolean =>
  names === "any" || (names === "label" ? isLabel(key) : isKey(key));

// --- objects and unions --------------------------------------------------------------------------------------------

export type Fields = Readonly<Record<string, Reader<unknown>>>;

/** What an object reader answers: each field that was written and could be read. */
export type ReadFields<F extends Fields> = { readonly [K in keyof F]?: Read<F[K]> };

interface Options<F extends Fields, R extends keyof F> {
  /** The rows of these fields; every written field is looked up there. */
  readonly support?: SupportTable;
  readonly required?: readonly R[];
  /** Nothing is read of it where one of its fields could not be: for what would be taken for something else without. */
  readonly whole?: boolean;
}

/** An object with just these fields. Several tables may own its fields (`supports`), as the slices of a route do. */
export function object<const F extends Fields, const R extends keyof F = never>(
  fields: F,
  options: Options<F, R> = {},
): Reader<ReadFields<F> & { readonly [K in R]: Read<F[K]> }> {
  const supportOf = options.support === undefined ? () => undefined : () => options.support;
  return objectOf(fields, supportOf, options.required ?? [], options.whole);
}

/** The same, where each field may have a support table of its own. */
export function objectOf<const F extends Fields, const R extends keyof F = never>(
  fields: F,
  supportOf: (field: string) => SupportTable | undefined,
  required: readonly R[] = [],
  whole = false,
): Reader<ReadFields<F> & { readonly [K in R]: Read<F[K]> }> {
  const allowed = Object.keys(fields);
  const known = new Map(Object.entries(fields).map(([key, reader]) => [key, fieldOf(key, reader, supportOf(key))]));
  return (value, at) => {
    if (!isRecord(value)) return fail(at, "an object", value);
    const result: Record<string, unknown> = {};
    let complete = true;
    for (const key of Object.keys(value)) {
      const written = value[key];
      if (written === undefined) continue;
      const field = known.get(key);
      if (field === undefined) {
        at.at(key).fail(unknownKey, { key, allowed, nearest: nearest(key, allowed) ?? "" });
        continue;
      }
      const entry = readField(field, written, at);
      if (entry !== undefined) result[key] = entry;
      else if (whole) complete = false;
    }
    for (const key of required as readonly string[]) {
      if (Object.hasOwn(result, key)) continue;
      complete = false;
      if (!Object.hasOwn(value, key) || value[key] === undefined) at.at(key).fail(missingKey, { key });
    }
    return complete ? (result as ReadFields<F> & { readonly [K in R]: Read<F[K]> }) : undefined;
  };
}

interface Field {
  readonly key: string;
  readonly reader: Reader<unknown>;
  /** The table that has a row for it. */
  readonly support: SupportTable | undefined;
}

const fieldOf = (key: string, reader: Reader<unknown>, table: SupportTable | undefined): Field => ({
  key,
  reader,
  support: table !== undefined && Object.hasOwn(table, key) ? table : undefined,
});

function readField({ key, reader, support }: Field, value: unknown, at: Cursor): unknown {
  const lossy = isLossy(value) ? value : undefined;
  const place = at.at(key, lossy?.accept);
  if (support !== undefined) place.use(support, key);
  if (lossy === undefined) return reader(value, place);
  const read = reader(lossy.value, place);
  if (read !== undefined) place.requireNeeded();
  return read;
}

/** A closed union by `kind`. */
export function union<const V extends Readonly<Record<string, Reader<unknown>>>>(
  variants: V,
  support?: SupportTable,
): Reader<Read<V[keyof V]>> {
  const kinds = Object.keys(variants);
  const known = new Map<unknown, { readonly row: string; readonly reader: Reader<unknown> }>(
    Object.entries(variants).map(([kind, reader]) => [kind, { row: `kind=${kind}`, reader }]),
  );
  return (written, at) => {
    const lossy = isLossy(written) ? written : undefined;
    const value = lossy === undefined ? written : lossy.value;
    const place = lossy === undefined ? at : at.at("value", lossy.accept);
    if (!isRecord(value)) return fail(at, `an object with a kind (${kinds.join(", ")})`, value);
    const kind = value.kind;
    const variant = known.get(kind);
    if (variant === undefined)
      return fail(at.at("kind"), `one of ${kinds.map((item) => JSON.stringify(item)).join(", ")}`, kind);
    if (support !== undefined) place.use(support, variant.row);
    if (lossy !== undefined) place.requireNeeded();
    return variant.reader(value, at) as Read<V[keyof V]> | undefined;
  };
}

/** One variant of a union: its kind and its fields. */
export function variant<const K extends string, const F extends Fields, const R extends keyof F = never>(
  kind: K,
  fields: F,
  options: Options<F, R> = {},
): Reader<{ readonly kind: K } & ReadFields<F> & { readonly [Q in R]: Read<F[Q]> }> {
  return object({ kind: oneOf(kind), ...fields }, {
    ...options,
    required: ["kind", ...(options.required ?? [])],
  } as never) as never;
}

/** What `lossy(...)` returns. */
interface LossyValue {
  readonly kind: "lossy";
  readonly accept: Acceptance;
  readonly value: unknown;
}

const isLossy = (value: unknown): value is LossyValue =>
  // Asked of every field, and nearly always answered here.
  typeof value === "object" &&
  (value as LossyValue | null)?.kind === "lossy" &&
  isRecord(value) &&
  isRecord(value.accept) &&
  Object.values(value.accept).every((reason) => typeof reason === "string" && reason !== "");

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !isAlive(value);

/** Outputs, Promises and instances of classes are no plain data. */
const isAlive = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype !== null && prototype !== Object.prototype && Object.getPrototypeOf(prototype) !== null;
};

function nameOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return isAlive(value) ? "an object that is no plain data" : "an object";
  if (typeof value === "string") return value === "" ? "empty text" : "text";
  return typeof value === "undefined" ? "nothing" : `a ${typeof value}`;
}

/** Functions, Promises, Outputs and class instances anywhere in a mesh, each with its path; also cycles and depth. */
export const requirePlain = (value: unknown, at: Cursor): boolean =>
  isPlain(value, { at, open: [], keys: [], walked: 0, done: new Set() });

/** Where a walk through data stands: paths are put together only when something is reported. */
interface Walk {
  readonly at: Cursor;
  /** The objects around the value, and the keys that led to it. */
  readonly open: object[];
  readonly keys: (string | number)[];
  /** How many objects have been walked. */
  walked: number;
  /** Those after the first `MANY`, so that what is shared a billion times is not walked a billion times. */
  readonly done: Set<object>;
}

/** More than a mesh of ten thousand services has: remembering each of those would cost more than walking the shared ones again. */
const MANY = 1_000_000;

function isPlain(value: unknown, walk: Walk): boolean {
  const { open, done } = walk;
  if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint")
    return refusePlain(walk, `a ${typeof value}`);
  if (typeof value !== "object" || value === null || (done.size > 0 && done.has(value))) return true;
  if (open.includes(value)) return refusePlain(walk, "a value that contains itself");
  if (open.length > DEEPEST) return refusePlain(walk, `something nested more than ${DEEPEST} levels deep`);
  if (!Array.isArray(value) && isAlive(value))
    return refusePlain(walk, "then" in value || "apply" in value ? "a Promise or an Output" : "an instance of a class");
  open.push(value);
  if (++walk.walked > MANY) done.add(value);
  let plain = true;
  // Not both by `for in`, which turns every index of a list into text.
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++)
      if (!isScalar(value[index])) plain = isPlainAt(index, value[index], walk) && plain;
  } else
    for (const key in value) {
      const child = (value as Record<string, unknown>)[key];
      if (!isScalar(child)) plain = isPlainAt(key, child, walk) && plain;
    }
  open.pop();
  return plain;
}

const isScalar = (value: unknown): boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

function isPlainAt(key: string | number, value: unknown, walk: Walk): boolean {
  walk.keys.push(key);
  const plain = isPlain(value, walk);
  walk.keys.pop();
  return plain;
}

/** No mesh is deeper than a dozen levels. */
const DEEPEST = 32;

const refusePlain = ({ at, keys }: Walk, found: string): false => {
  keys.reduce((place, key) => place.at(key), at).fail(notPlain, { found });
  return false;
};
