/** Looks for several things of one place; what cannot be had is told once for each reason. */

export interface FoundEach<Name, Thing> {
  readonly found: readonly Thing[];
  /** By reason. */
  readonly missing: ReadonlyMap<string, readonly Name[]>;
}

export async function findEach<Name, Thing>(
  names: readonly Name[],
  find: (name: Name) => Promise<Thing>,
): Promise<FoundEach<Name, Thing>> {
  const missing = new Map<string, Name[]>();
  const found: Thing[] = [];
  for (const name of names)
    try {
      found.push(await find(name));
    } catch (error) {
      const reason = reasonOf(error as Error);
      missing.set(reason, [...(missing.get(reason) ?? []), name]);
    }
  return { found, missing };
}

/** `fetch` says only that it failed; its cause says why. */
const reasonOf = ({ message, cause }: Error): string =>
  cause instanceof Error && "code" in cause ? `${message} (${String(cause.code)})` : message;
