/** The child's side of a `TrialProcess`. */
import { activate, coverage, endLoading } from "./switch.ts";
import type { Ask, Verdict } from "./trial-process.ts";

/** What kills the mutant that is on; where none is, what fails even so. */
export type Killer = (ask?: Ask) => Promise<string | undefined>;

/** @param load what takes a while and need not happen again for every mutant; one may be on already */
export async function serveMutants(load: () => Promise<Killer>): Promise<void> {
  const say = (verdict: Verdict) => process.send?.(verdict);
  const first = process.env.__STRYKER_ACTIVE_MUTANT__;
  try {
    activate(first);
    const killer = await load();
    endLoading();
    const killedBy = await killer(first === undefined ? undefined : { mutant: first });
    if (first !== undefined || killedBy !== undefined) return void say({ killedBy });
    process.on("message", async (ask: Ask) => {
      activate(ask.mutant);
      const verdict = { killedBy: await killer(ask) };
      activate(undefined);
      say(verdict);
    });
    process.send?.(coverage());
  } catch (error) {
    say({ killedBy: `loading: ${error instanceof Error ? error.message : error}` });
  }
}
