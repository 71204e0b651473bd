/** The one order of text everywhere: by code unit, the same on every machine, unlike `localeCompare`. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Each text once, in order. */
export const distinct = <T extends string>(texts: readonly T[]): readonly T[] =>
  texts.length < 2 ? texts : [...new Set(texts)].sort(byText);

/** Sorts a copy by a text key. */
export function sortedBy<T>(items: Iterable<T>, key: (item: T) => string): T[] {
  const copy = [...items];
  // Most lists of a mesh hold one entry or none.
  return copy.length < 2 ? copy : copy.sort((a, b) => byText(key(a), key(b)));
}
