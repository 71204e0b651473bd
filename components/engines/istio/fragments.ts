/** Puts the fragments of slices together. Two that fill one place are our own bug (slots.ts). */
import type { JsonObject } from "../../values/json.ts";
import { sortedBy } from "../../values/order.ts";
import { slotAdditions, slotList, slotValue } from "../slots.ts";
import type { AddSlots, IstioFragment, SetSlots } from "./slots.ts";

export class Fragments {
  readonly #all: readonly IstioFragment[];

  constructor(all: readonly IstioFragment[]) {
    this.#all = all;
  }

  get<K extends keyof SetSlots>(slot: K): SetSlots[K] | undefined {
    return slotValue(this.#all, slot) as SetSlots[K] | undefined;
  }

  list<K extends keyof AddSlots>(slot: K): readonly AddSlots[K][] {
    return slotList(this.#all, slot) as readonly AddSlots[K][];
  }

  /** A map of Istio's, by key; absent where nothing was added, since an empty one may be refused. */
  record(slot: keyof AddSlots): JsonObject | undefined {
    const added = slotAdditions(this.#all, slot);
    if (added.length === 0) return undefined;
    const entries = added.map(({ id = "", value }) => [id, value as JsonObject] as const);
    return Object.fromEntries(sortedBy(entries, ([id]) => id));
  }
}
