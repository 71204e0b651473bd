/** What generated meshes are made for: any use, with a little of everything; or traffic, with much of it and short waits. */
import fc from "fast-check";

type Data = { readonly [field: string]: unknown };

export interface Manner {
  /** How many of each. */
  readonly versions: Count;
  readonly routes: Count;
  readonly rules: Count;
  readonly calls: { readonly minLength: number };
  /** Of ten routes that forward, so many have a fault. */
  readonly faults: number;
  /** `timeout` and `perTryTimeout` of a route that forwards. */
  readonly patience: fc.Arbitrary<Data>;
  readonly attempts: fc.Arbitrary<number>;
  readonly backOff: fc.Arbitrary<Data>;
  /** The fields of `retries` that are never left to their default. */
  readonly always: readonly ("attempts" | "backOff")[];
  readonly delay: fc.Arbitrary<string>;
}

interface Count {
  readonly minLength?: number;
  readonly maxLength: number;
  readonly size?: "max";
}

const between = (min: number, max: number): fc.Arbitrary<string> =>
  fc.integer({ min, max }).map((count) => `${count}ms`);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
/** Statuses that have no body (RFC 9110 15.3.5, 15.3.6, 15.4.5). */
export const BODILESS: readonly number[] = [204, 205, 304];
export const aborts = fc.integer({ min: 200, max: 599 }).filter((status) => !BODILESS.includes(status));

const anyLength = between(1, 5_000);

export const ANY: Manner = {
  versions: { maxLength: 3 },
  routes: { maxLength: 4 },
  rules: { maxLength: 3 },
  calls: { minLength: 0 },
  faults: 8,
  patience: fc.record({
    timeout: fc.oneof(fc.constantFrom(undefined, "none"), between(1_000, 60_000)),
    perTryTimeout: maybe(between(1, 999)),
  }),
  attempts: fc.integer({ min: 1, max: 10 }),
  backOff: fc.record({ base: anyLength, max: fc.constant("10s") }, { requiredKeys: [] }),
  always: [],
  delay: anyLength,
};

/**
 * Whoever is slow is far too slow for these, and whoever is not is far quicker. A timeout of the whole stands beside one of a try
 * only where the second try is clearly cut short.
 */
export const BUSY: Manner = {
  versions: { maxLength: 3, size: "max" },
  routes: { minLength: 1, maxLength: 7, size: "max" },
  rules: { maxLength: 2 },
  calls: { minLength: 1 },
  faults: 3,
  patience: fc.constantFrom<Data[]>(
    {},
    {},
    { timeout: "none" },
    { timeout: "800ms" },
    { perTryTimeout: "500ms" },
    { timeout: "none", perTryTimeout: "600ms" },
    { timeout: "900ms", perTryTimeout: "600ms" },
    { timeout: "20s", perTryTimeout: "500ms" },
  ),
  attempts: fc.integer({ min: 1, max: 4 }),
  backOff: fc.record({ base: between(1, 4), max: between(5, 12) }),
  always: ["attempts", "backOff"],
  delay: between(30, 80),
};
