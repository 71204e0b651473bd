/** A request as a proxy looks at it: what the slices' simulations ask and change. */
import type { ServiceId } from "../ir/mesh-ir.ts";

/** By name in lower case; a header that occurs several times has several values. */
export type Headers = ReadonlyMap<string, readonly string[]>;

export interface Message {
  readonly method: string;
  /** As the caller spelled it, port included where it gave one. */
  readonly authority: string;
  /** Without the query. */
  readonly path: string;
  /** From the question mark on; empty where there is none. */
  readonly query: string;
  readonly headers: Headers;
}

/** What a route or a rule asks of a request, ready to be asked many times. */
export interface Condition {
  /** As a person would say it: `header x-beta is "1"`. */
  readonly text: string;
  holds(message: Message, caller: ServiceId | undefined): boolean;
  /** Why nobody can say whether it holds; then `holds` says yes, and whoever relies on that is `unknown`. */
  readonly unknowable?: string;
}

/** The values of a header; none where it is missing. */
export function valuesOf({ headers, authority }: Message, name: string): readonly string[] {
  if (name === "host") return [authority];
  return headers.get(name) ?? NONE;
}

const NONE: readonly string[] = [];

export const unknowableIn = (conditions: readonly Condition[]): string | undefined =>
  conditions.find(({ unknowable }) => unknowable !== undefined)?.unknowable;
