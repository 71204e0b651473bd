/** The child's side of a `TrialProcess`. */
import { activate, coverage } from "./switch.ts";
import type { Ask, NoVerdict, Verdict } from "./trial-process.ts";

/** What kills the mutant that is on; where none is, what fails even so. */
export type Killer = (ask?: Ask) => Promise<string | undefined>;

/** What the machine refuses, whatever mutant is on: nobody can tell whether it would be killed. */
export class CannotTell extends Error {}

/** @param load what takes a while and need not happen again for every mutant; one may be on already */
export async function serveMutants(load: () => Promise<Killer>): Promise<void> {
  const say = (said: Verdict | NoVerdict) => process.send?.(said);
  const first = process.env.__STRYKER_ACTIVE_MUTANT__;
  try {
    activate(first);
    const killer = await load();
    const killedBy = await killer(first === undefined ? undefined : { mutant: first });
    if (first !== undefined || killedBy !== undefined) return void say({ killedBy });
    process.on("message", async (ask: Ask) => {
      activate(ask.mutant);
      const said = await killer(ask).then((killedBy): Verdict => ({ killedBy }), noVerdict);
      activate(undefined);
      say(said);
    });
    process.send?.(coverage());
  } catch (error) {
    if (error instanceof CannotTell) return void say(noVerdict(error));
    say({ killedBy: `loading: ${error instanceof Error ? error.message : error}` });
  }
}

const noVerdict = (error: unknown): NoVerdict => ({ cannotTell: error instanceof Error ? error.message : `${error}` });
