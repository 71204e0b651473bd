/** The empty list of all that is mostly empty: shared, so that hundreds of thousands of them take no room. */
export const NONE: readonly never[] = Object.freeze([]);
