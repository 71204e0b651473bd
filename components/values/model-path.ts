/**
 * Where in a mesh something stands: the keys from the root to the place. Built by walking, never by joining text.
 */
export type ModelPath = readonly (string | number)[];

/** A flag of the command line is a place, too. */
const PLAIN_KEY = /^(?:--)?[A-Za-z_$][\w$-]*$/;

/** `routes.reviews.beta.when[0]`; a key that is no plain word is quoted: `routes["a.b"]`. */
export const formatPath = (path: ModelPath): string =>
  path.length === 0
    ? "(the mesh)"
    : path
        .map((key, index) => {
          if (typeof key === "number") return `[${key}]`;
          if (!PLAIN_KEY.test(key)) return `[${JSON.stringify(key)}]`;
          return index === 0 ? key : `.${key}`;
        })
        .join("");

/** By key, numbers by value, a parent before its children. */
export function comparePaths(a: ModelPath, b: ModelPath): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const [left, right] = [a[index] as string | number, b[index] as string | number];
    if (left === right) continue;
    if (typeof left === "number" && typeof right === "number") return left - right;
    return String(left) < String(right) ? -1 : 1;
  }
  return a.length - b.length;
}
