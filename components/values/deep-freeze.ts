/** Freezes a tree of plain data, parents after children, and stops at what is frozen already. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  // Without `Object.values`, whose copies cost more than the freezing; and most of what is in a tree is text, which needs no call.
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === "object") deepFreeze(item);
  } else {
    for (const key in value) if (typeof value[key] === "object") deepFreeze(value[key]);
  }
  return Object.freeze(value);
}
