/** Puts the fragments of slices together. Two that fill one place are our own bug (slots.ts). */
import type { JsonObject } from "../../values/json.ts";
import { byText } from "../../values/order.ts";
import { slotEntries, slotValue } from "../slots.ts";
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
    return slotEntries(this.#all, slot).map(([, value]) => value as AddSlots[K]);
  }

  /** A map of Istio's, by key; absent where nothing was added, since an empty one may be refused. */
  record(slot: keyof AddSlots): JsonObject | undefined {
    const entries = slotEntries(this.#all, slot) as readonly (readonly [string, JsonObject])[];
    if (entries.length === 0) return undefined;
    return Object.fromEntries([...entries].sort(([a], [b]) => byText(a, b)));
  }
}
