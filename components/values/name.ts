/**
 * Names: what Kubernetes, DNS and every engine accept alike (RFC 1123 labels).
 * Their length is limited further where a derived name must fit in 63 characters.
 */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Lower-case letters, digits and dashes, at most 63, beginning and ending with a letter or digit. */
export const isLabel = (text: string): boolean => LABEL.test(text);

/** A key of a record: a label that may also hold capitals, as TypeScript keys do (`readOnly`). */
export const isKey = (text: string): boolean => /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(text);

const LABEL_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const LABEL_PREFIX = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** The key of a label as Kubernetes takes it: `app`, `app.kubernetes.io/name`. */
export function isLabelKey(text: string): boolean {
  const slash = text.indexOf("/");
  return LABEL_NAME.test(text.slice(slash + 1)) && (slash < 0 || LABEL_PREFIX.test(text.slice(0, slash)));
}

/** Its value, which may be empty. */
export const isLabelValue = (text: string): boolean => text === "" || LABEL_NAME.test(text);

/** The candidate that differs least from `text`, if it is near enough to be a typing error. */
export function nearest(text: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(text.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - text.length) >= bestDistance) continue;
    const distance = editDistance(text, candidate, bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/**
 * Letters missing, too many, wrong, or two in each other's place (optimal string alignment); given up at `limit`. Just the cells that can
 * be below it are looked at, in three rows that are used again and again: a mesh of thousands of wrong names has millions of pairs.
 */
function editDistance(a: string, b: string, limit: number): number {
  if (b.length >= ROOM) return limit;
  let [beforeLast, last, current] = rows;
  for (let column = 0; column <= b.length; column++) last[column] = column;
  for (let row = 1; row <= a.length; row++) {
    const from = Math.max(1, row - limit);
    const to = Math.min(b.length, row + limit);
    let least = (current[from - 1] = from === 1 ? row : limit);
    for (let column = from; column <= to; column++) {
      const same = a.charCodeAt(row - 1) === b.charCodeAt(column - 1) ? 0 : 1;
      const above = column < row + limit ? (last[column] as number) : limit;
      let cost = Math.min(above + 1, (current[column - 1] as number) + 1, (last[column - 1] as number) + same);
      if (row > 1 && column > 1 && isSwapped(a, row, b, column))
        cost = Math.min(cost, (beforeLast[column - 2] as number) + 1);
      current[column] = cost;
      least = Math.min(least, cost);
    }
    if (least >= limit) return limit;
    [beforeLast, last, current] = [last, current, beforeLast];
  }
  return last[b.length] ?? limit;
}

const isSwapped = (a: string, row: number, b: string, column: number): boolean =>
  a.charCodeAt(row - 1) === b.charCodeAt(column - 2) && a.charCodeAt(row - 2) === b.charCodeAt(column - 1);

/** Longer names than these are nobody's. */
const ROOM = 256;
const rows: [Uint16Array, Uint16Array, Uint16Array] = [
  new Uint16Array(ROOM),
  new Uint16Array(ROOM),
  new Uint16Array(ROOM),
];
