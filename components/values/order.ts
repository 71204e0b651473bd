/** The one order of text everywhere: by code unit, the same on every machine, unlike `localeCompare`. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A copy that takes just its room: a list that grew by `push` keeps room for 17, and a mesh has hundreds of thousands of lists. */
export const trimmed = <T>(items: readonly T[]): T[] => items.slice();

/** Sorts in place. Most lists of a mesh are in order as they come, and `sort` takes 1.5 kB even for those. */
export function sort<T>(items: T[], compare: (a: T, b: T) => number): T[] {
  for (let index = 1; index < items.length; index++)
    if (compare(items[index - 1] as T, items[index] as T) > 0) return items.sort(compare);
  return items;
}

/** Sorts a copy by a text key. */
export const sortedBy = <T>(items: Iterable<T>, key: (item: T) => string): T[] =>
  sort([...items], (a, b) => byText(key(a), key(b)));

/** Each text once, in order. */
export const distinct = <T extends string>(texts: readonly T[]): readonly T[] =>
  isAscending(texts) ? texts : [...new Set(texts)].sort(byText);

function isAscending(texts: readonly string[]): boolean {
  for (let index = 1; index < texts.length; index++)
    if ((texts[index - 1] as string) >= (texts[index] as string)) return false;
  return true;
}
