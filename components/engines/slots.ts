/**
 * Reads what the slices put into the slots of a kit. Two fragments that fill one place are our own bug, found here and never
 * resolved by order.
 */
import { NONE } from "../values/none.ts";

/** A fragment of any kit that fills a slot: once (`set`), or as one of a list keyed by id (`add`). */
export type SlotFragment<S, A> =
  | { [K in keyof S]: { readonly op: "set"; readonly slot: K; readonly value: S[K] } }[keyof S]
  | { [K in keyof A]: { readonly op: "add"; readonly slot: K; readonly id: string; readonly value: A[K] } }[keyof A];

interface AnyFragment {
  readonly op: string;
  readonly slot?: unknown;
  readonly id?: string;
  readonly value?: unknown;
}

/** The fragments at one point are few: they are looked through, not indexed. */
export function slotValue(all: readonly AnyFragment[], slot: PropertyKey): unknown {
  let found: AnyFragment | undefined;
  for (const item of all) {
    if (item.op !== "set" || item.slot !== slot) continue;
    if (found !== undefined) throw filledTwice(String(slot));
    found = item;
  }
  return found?.value;
}

/** What was added to a slot, in the order in which the slices gave it; no id twice. */
export function slotAdditions(all: readonly AnyFragment[], slot: PropertyKey): readonly AnyFragment[] {
  let here: AnyFragment[] | undefined;
  for (const item of all) if (item.op === "add" && item.slot === slot) (here ??= []).push(item);
  if (here === undefined) return NONE;
  if (here.length > 1) requireOnce(here.map(({ id }) => id ?? ""));
  return here;
}

export function slotList(all: readonly AnyFragment[], slot: PropertyKey): readonly unknown[] {
  const added = slotAdditions(all, slot);
  return added.length === 0 ? NONE : added.map(({ value }) => value);
}

export function requireOnce(ids: readonly string[]): void {
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(id)) throw filledTwice(id);
    seen.add(id);
  }
}

export const filledTwice = (place: string): Error => new Error(`MW9001 two fragments fill ${place}`);
