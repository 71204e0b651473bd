/** What stays for one deployment more, as it is told: in words, and to the stack that will remove it. */
import { byText } from "../../../values/order.ts";
import type { MeshObject } from "../../kubernetes.ts";

export interface Removal {
  readonly what: string;
  /** Whose stack holds the object that it will leave. */
  readonly owner?: string | undefined;
}

export class Removals {
  readonly #noted = new Map<string, Removal>();

  /** `from`: the object that still has it. */
  note(what: string, { owner }: Pick<MeshObject, "owner">): void {
    this.#noted.set(JSON.stringify([what, owner]), { what, owner });
  }

  /** Sorted. */
  get all(): readonly Removal[] {
    return [...this.#noted.values()].toSorted((a, b) => byText(a.what, b.what));
  }
}
