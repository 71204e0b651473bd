/** What `replaceFile` promises to a watcher of the folder, and about secrets. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, watch } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { replaceFile } from "../../../components/local/files.ts";

describe("replaceFile", () => {
  let root = "";
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "meshwright-files-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  it("creates folders and replaces the content", async () => {
    const path = join(root, "a", "b", "cds.json");
    await replaceFile(path, "one");
    await replaceFile(path, "two");
    assert.equal(await readFile(path, "utf8"), "two");
  });

  it("shows a watcher of the folder one move per file and no other name", async () => {
    const folder = join(root, "xds");
    await replaceFile(join(folder, "lds.json"), "one");
    const stop = new AbortController();
    const seen = collect(folder, stop.signal);
    await sleep(50);
    await replaceFile(join(folder, "lds.json"), "two");
    await replaceFile(join(folder, "cds.json"), "two");
    await sleep(100);
    stop.abort();
    // "rename" is the event of a move; writing in place would add "change".
    assert.deepEqual(await seen, ["rename lds.json", "rename cds.json"]);
  });

  it("never shows a reader a mixture while writers race", async () => {
    const path = join(root, "xds", "rds.json");
    const bodies = ["a", "b", "c"].map((letter) => letter.repeat(1 << 20));
    await replaceFile(path, bodies[0] ?? "");
    const writing = Promise.all(bodies.map((body) => replaceFile(path, body)));
    for (let round = 0; round < 20; round++) assert.ok(bodies.includes(await readFile(path, "utf8")));
    await writing;
    assert.deepEqual(await readdir(join(root, "xds")), ["rds.json"]);
  });

  it("lets only the owner read a secret", async () => {
    await replaceFile(join(root, "keys", "key.pem"), "k", { secret: true });
    await replaceFile(join(root, "keys", "cert.pem"), "c");
    assert.equal((await stat(join(root, "keys", "key.pem"))).mode & 0o777, 0o600);
    assert.equal((await stat(join(root, "keys", "cert.pem"))).mode & 0o444, 0o444);
  });

  it("leaves nothing behind when the move fails", async () => {
    const path = join(root, "xds", "taken");
    await replaceFile(join(path, "inside"), "a folder stands here");
    await assert.rejects(replaceFile(path, "x"));
    assert.deepEqual(await readdir(join(root, ".xds.staging")), []);
  });
});

async function collect(folder: string, signal: AbortSignal): Promise<string[]> {
  const events: string[] = [];
  try {
    for await (const event of watch(folder, { signal })) events.push(`${event.eventType} ${event.filename}`);
  } catch (error) {
    if ((error as Error).name !== "AbortError") throw error;
  }
  return events;
}
