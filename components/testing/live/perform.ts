/** Sends what an experiment asks for. */
import type { Seen } from "../../local/ask.ts";
import type { Probe } from "../../local/probe.ts";
import type { Experiment, Trial } from "./experiment.ts";
import { seenText } from "./seen.ts";

/** So many at a time: more would measure the machine. */
const AT_ONCE = 16;

/** Sends one request to wherever the mesh runs. */
export type Send = (probe: Probe) => Promise<Seen>;

/** What was seen at the first trial that fails. */
export async function perform(send: Send, probe: Probe, experiment: Experiment): Promise<string | undefined> {
  for (const trial of experiment) {
    const seen = await repeat(send, probe, trial);
    if (!trial.holds(seen)) return seenText(seen);
  }
  return undefined;
}

let keys = 0;

async function repeat(send: Send, probe: Probe, { times, steer }: Trial): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  let asked = 0;
  const worker = async () => {
    while (asked++ < times) {
      const steering = steer?.(`test-${process.pid}-${++keys}`) ?? {};
      seen.push(await send({ ...probe, headers: { ...probe.headers, ...steering } }));
    }
  };
  await Promise.all(Array.from({ length: Math.min(times, AT_ONCE) }, worker));
  return seen;
}
