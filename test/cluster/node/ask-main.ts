/**
 * Asks from inside a pod, as its application would: each line of its input is one question, each line of its output one answer.
 * Names are resolved and connections captured as the pod's are.
 */
import { createInterface } from "node:readline";
import type { SocketAddress } from "../../../components/engines/envoy/placement.ts";
import { askAt, type Seen } from "../../../components/local/ask.ts";
import type { Probe } from "../../../components/local/probe.ts";

export interface Question {
  readonly id: number;
  readonly address: SocketAddress;
  readonly probe: Probe;
}

export interface Answer {
  readonly id: number;
  readonly seen: Seen;
}

const answer = async ({ id, address, probe }: Question): Promise<Answer> => ({ id, seen: await askAt(address, probe) });

if (process.argv[1] === import.meta.filename)
  for await (const line of createInterface({ input: process.stdin }))
    void answer(JSON.parse(line) as Question).then((said) => process.stdout.write(`${JSON.stringify(said)}\n`));
