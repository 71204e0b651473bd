/** Sends one ask through the real proxies and tells what was seen at both ends. */
import { type Ask, bytesOf, type HeaderLines } from "./ask.ts";
import type { Answer } from "./client.ts";
import { type Arrived, DRAW_HEADER, PROOF_HEADER } from "./observations.ts";
import type { Rig, RigMesh } from "./rig.ts";
import { wayOf } from "./ways.ts";

export interface Seen {
  readonly answer: Answer;
  /** The tries that reached a workload or a server outside. */
  readonly arrived: readonly Arrived[];
  /** @unit milliseconds */
  readonly took: number;
}

let asked = 0;

/** What the proof adds to each request. */
export const proofHeaders = (id: string, { draw }: Ask): HeaderLines => [
  [PROOF_HEADER, id],
  ...(draw === undefined ? [] : [[DRAW_HEADER, String(draw)] as const]),
];

export async function perform(rig: Rig, mesh: RigMesh, ask: Ask): Promise<Seen> {
  const way = await wayOf(mesh, ask);
  const started = performance.now();
  if (ask.wire === undefined)
    return { answer: await rig.clients.line(way), arrived: [], took: performance.now() - started };
  const id = String(++asked);
  rig.observations.expect(id, { answers: ask.answers ?? [{ kind: "status", status: 200 }], headers: ask.carries });
  const answer = await rig.clients.ask(way, bytesOf(ask.wire, proofHeaders(id, ask)));
  return {
    answer: asModelled(answer, mesh, ask),
    arrived: rig.observations.take(id),
    took: performance.now() - started,
  };
}

/** The rig's listeners have ports of their own; a redirect to one names the port that the mesh says. */
function asModelled(answer: Answer, { ir, placement }: RigMesh, { from }: Ask): Answer {
  if (answer.kind === "closed" || from.kind !== "outside") return answer;
  const secure =
    ir.gateways.find(({ id }) => id === from.gateway)?.listeners.filter(({ tls }) => tls !== undefined) ?? [];
  const named = (value: string) =>
    secure.reduce(
      (text, { name, port }) => text.replace(`:${placement.listener(from.gateway, name).port}/`, `:${port}/`),
      value,
    );
  return {
    ...answer,
    headers: answer.headers.map(([name, value]) => [name, name === "location" ? named(value) : value]),
  };
}
