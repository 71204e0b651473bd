/** Builders of the small Istio messages that several slices use. No strings are put together but by these. */
import type { PathMatch, TextMatch } from "../../ir/match.ts";
import type { Milliseconds } from "../../values/duration.ts";
import type { JsonObject } from "../../values/json.ts";
import type { PartsPerMillion } from "../../values/percent.ts";
import { quoteRegex } from "../../values/regex.ts";
import type { AddSlots, IstioFragment, SetSlots } from "./slots.ts";

export const set = <K extends keyof SetSlots>(slot: K, value: SetSlots[K]): IstioFragment =>
  ({ op: "set", slot, value }) as IstioFragment;

export const add = <K extends keyof AddSlots>(slot: K, id: string, value: AddSlots[K]): IstioFragment =>
  ({ op: "add", slot, id, value }) as IstioFragment;

/** `google.protobuf.Duration` in JSON. */
export const protoDuration = (length: Milliseconds): string => `${length / 1_000}s`;

/** `Percent`, exact to a millionth. */
export const sharePercent = (share: PartsPerMillion): JsonObject => ({ value: share / 10_000 });

/** `StringMatch`; a regex matches the whole subject. An empty prefix is refused, and any value has it. */
export function stringMatch(match: TextMatch): JsonObject {
  switch (match.kind) {
    case "exact":
      return { exact: match.value };
    case "prefix":
      return match.value === "" ? PRESENT : { prefix: match.value };
    case "regex":
      return { regex: match.regex };
    case "present":
    case "absent":
      return PRESENT;
  }
}

/** A match without a value asks whether there is one (route.go, canBeConvertedToPresentMatch). */
const PRESENT: JsonObject = {};

/**
 * Replaces the matched prefix, whole segments only, as a regular expression and what stands in its place; nothing where they are
 * the same. Removing `/api` by `/` must turn `/api` and `/api/x` into `/` and `/x`.
 */
export function pathReplacement(path: PathMatch | undefined, replacement: string) {
  const matched = path?.kind === "prefix" ? path.path : "/";
  const target = replacement === "/" ? "/" : replacement.replace(/\/$/, "");
  if (matched === target) return undefined;
  if (matched === "/") return { match: "^/", by: `${target}/` };
  return { match: target === "/" ? `^${quoteRegex(matched)}/*` : `^${quoteRegex(matched)}`, by: target };
}

/** Any of several texts. */
export const oneOfTexts = (texts: readonly string[]): JsonObject =>
  texts.length === 1 ? { exact: texts[0] ?? "" } : { regex: texts.map(quoteRegex).join("|") };
