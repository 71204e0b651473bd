/** The end of a sentence about a name that is not there. */

/** Nothing where no name is near. */
export const didYouMean = (nearest: string): string => (nearest === "" ? "" : `; did you mean "${nearest}"?`);
