/** Sends what an experiment asks for. */
import { ask, type Seen } from "../../local/ask.ts";
import type { Probe } from "../../local/probe.ts";
import type { RunningMesh } from "../../local/running-mesh.ts";
import type { Experiment, Trial } from "./experiment.ts";
import { seenText } from "./seen.ts";

/** So many at a time: more would measure the machine. */
const AT_ONCE = 16;

/** What was seen at the first trial that fails. */
export async function perform(mesh: RunningMesh, probe: Probe, experiment: Experiment): Promise<string | undefined> {
  for (const trial of experiment) {
    const seen = await repeat(mesh, probe, trial);
    if (!trial.holds(seen)) return seenText(seen);
  }
  return undefined;
}

let keys = 0;

async function repeat(mesh: RunningMesh, probe: Probe, { times, steer }: Trial): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  let asked = 0;
  const worker = async () => {
    while (asked++ < times) {
      const steering = steer?.(`test-${process.pid}-${++keys}`) ?? {};
      seen.push(asInTheMesh(mesh, await ask(mesh, { ...probe, headers: { ...probe.headers, ...steering } })));
    }
  };
  await Promise.all(Array.from({ length: Math.min(times, AT_ONCE) }, worker));
  return seen;
}

/** A gateway that listens elsewhere on this machine redirects to there; tests speak of the ports of the mesh. */
function asInTheMesh({ plan: { ir, placement } }: RunningMesh, seen: Seen): Seen {
  const { location } = seen.headers;
  const [, before = "", port, after = ""] = /^(https?:\/\/[^/:]*):(\d+)(.*)$/.exec(String(location)) ?? [];
  if (port === undefined) return seen;
  const listeners = ir.gateways.flatMap(({ id, listeners: own }) => own.map((one) => ({ id, ...one })));
  const listener = listeners.find(({ id, name }) => placement.listener(id, name).port === Number(port));
  if (listener === undefined) return seen;
  return { ...seen, headers: { ...seen.headers, location: `${before}:${listener.port}${after}` } };
}
