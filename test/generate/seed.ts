/** What all that is drawn is drawn from: another each time, and printed, so that MESHWRIGHT_SEED draws the same again. */
export const seed = Number(process.env.MESHWRIGHT_SEED ?? Date.now() % 1_000_000);
