/** Changes a running mesh while it is asked: every request must have its answer. */
import assert from "node:assert/strict";
import type { Mesh, MeshIr } from "../../components/index.ts";
import type { Seen } from "../../components/local/ask.ts";
import { irOf, type Live, request } from "./live-mesh.ts";

export const url = "http://reviews:9080/";
export const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Every request has its answer; by which versions? */
export function servedBy(
  answers: readonly { readonly status: number | "refused"; readonly body: string }[],
): unknown[] {
  const failed = answers.filter(({ status }) => status !== 200);
  assert.deepEqual(failed, [], `${failed.length} of ${answers.length} requests failed`);
  return [...new Set(answers.map(({ body }) => (JSON.parse(body) as { readonly version: string }).version))].sort();
}

/** Requests without a pause while the mesh changes and a moment longer, and one that is on its way all the time. */
export async function duringChange(
  live: Live,
  change: Mesh | MeshIr,
  refused: readonly string[] = [],
): Promise<unknown[]> {
  const slow = request(live, "web", url, { headers: { "x-echo-delay": "1500" } });
  const answers: Seen[] = [];
  let going = true;
  const client = async () => {
    while (going) answers.push(await request(live, "web", url));
  };
  const clients = Promise.all([client(), client(), client()]);
  await wait(300);
  const applied = await live().apply("schema" in change ? change : irOf(change));
  await wait(500);
  going = false;
  await clients;
  assert.deepEqual(applied, refused);
  return servedBy([...answers, await slow]);
}
