/** Header changes, acted out: what is removed goes first, then values are set, then added. */
import type { Headers } from "../../contract/message.ts";
import type { DirectionIr } from "./ir.ts";

export function changeHeaders(headers: Headers, { set, add, remove }: DirectionIr): Headers {
  if (set.length + add.length + remove.length === 0) return headers;
  const changed = new Map(headers);
  for (const name of remove) changed.delete(name);
  for (const { name, value } of set) changed.set(name, [value]);
  for (const { name, value } of add) changed.set(name, [...(changed.get(name) ?? []), value]);
  return changed;
}

/** Nothing to say where nothing changes. */
export const changesOf = (direction: DirectionIr | undefined): DirectionIr | undefined =>
  direction === undefined || direction.set.length + direction.add.length + direction.remove.length === 0
    ? undefined
    : direction;
