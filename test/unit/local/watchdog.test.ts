/** The watchdog cleans up after a runner that was killed, and touches nothing else. Real processes, real signals. */
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { processStart } from "../../../components/local/process-start.ts";
import { siblingProgram } from "../../../components/local/sibling-program.ts";
import { startWatchdog } from "../../../components/local/watchdog.ts";

const module = new URL("../../../components/local/watchdog.ts", import.meta.url).href;

/** A runner with one child that obeys SIGTERM and one that does not; prints their ids and waits, or ends by itself. */
const runner = `
  import { spawn } from "node:child_process";
  import { startWatchdog } from ${JSON.stringify(module)};
  const [directory, end] = process.argv.slice(1);
  const guard = await startWatchdog({ directory });
  const start = (code) => spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "ignore"], detached: true });
  const children = [
    start("console.log(1); setInterval(() => {}, 1e6)"),
    start("process.on('SIGTERM', () => {}); console.log(1); setInterval(() => {}, 1e6)"),
  ];
  for (const child of children) guard.process(child.pid);
  for (const child of children) await new Promise((resolve) => child.stdout.once("data", resolve));
  console.log(JSON.stringify({ watchdog: guard.pid, children: children.map((child) => child.pid) }));
  for (const child of children) { child.unref(); child.stdout.destroy(); }
  if (end !== "return") setInterval(() => {}, 1e6);
`;

interface Pids {
  readonly watchdog: number;
  readonly children: readonly number[];
}

describe("watchdog", () => {
  let root = "";
  let directory = "";
  let started: number[] = [];

  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), "meshwright-watchdog-")));
    directory = join(root, "run");
    await mkdir(join(directory, "deep"), { recursive: true });
    await writeFile(join(directory, "deep", "file"), "content");
    started = [];
  });
  afterEach(async () => {
    for (const pid of started) if (processStart(pid) !== undefined) process.kill(pid, "SIGKILL");
    await rm(root, { recursive: true, force: true });
  });

  async function startRunner(...args: string[]): Promise<{ process: ChildProcess; pids: Pids }> {
    const command = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", runner, directory];
    const child = spawn(process.execPath, [...command, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    const pids = JSON.parse(line) as Pids;
    started.push(child.pid ?? 0, pids.watchdog, ...pids.children);
    return { process: child, pids };
  }

  async function bystander(): Promise<number> {
    const child = spawn(process.execPath, ["-e", "console.log(1); setInterval(() => {}, 1e6)"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(child.stdout, "data");
    started.push(child.pid ?? 0);
    return child.pid ?? 0;
  }

  it("ends the processes, the deaf one too, and removes the directory when the runner is killed", async () => {
    const { process: parent, pids } = await startRunner();
    parent.kill("SIGKILL");
    await vanish([...pids.children, pids.watchdog]);
    assert.ok(!existsSync(directory));
    assert.ok(existsSync(root));
  });

  it("does the same when the runner ends by itself, and does not keep it from ending", async () => {
    const { process: parent, pids } = await startRunner("return");
    if (parent.exitCode === null) await once(parent, "exit");
    await vanish([...pids.children, pids.watchdog]);
    assert.ok(!existsSync(directory));
  });

  it("survives signals to itself and to the whole group of the runner", async () => {
    const { process: parent, pids } = await startRunner();
    for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"] as const) process.kill(pids.watchdog, signal);
    await sleep(200);
    assert.notEqual(processStart(pids.watchdog), undefined);
    assert.ok(existsSync(directory));
    process.kill(-(parent.pid ?? 0), "SIGKILL");
    await vanish([...pids.children, pids.watchdog]);
    assert.ok(!existsSync(directory));
  });

  it("ends what is registered, leaves what is released, and is done when close resolves", async () => {
    const guard = await startWatchdog({ directory });
    const [kept, released] = [await bystander(), await bystander()];
    guard.process(kept);
    guard.process(released);
    guard.release(released);
    await guard.close();
    assert.equal(processStart(kept), undefined);
    assert.notEqual(processStart(released), undefined);
    assert.ok(!existsSync(directory));
  });

  it("leaves a process alone that only has the same id", async () => {
    const pid = await bystander();
    const watchdog = spawn(process.execPath, [...siblingProgram("watchdog-main", module), directory]);
    await once(watchdog.stdout, "data");
    watchdog.stdin.end(`${JSON.stringify({ kind: "watch", pid, start: "1" })}\n{"kind":"wat`);
    await once(watchdog, "exit");
    assert.notEqual(processStart(pid), undefined);
    assert.ok(!existsSync(directory));
  });

  it("leaves a directory alone that only has the same name", async () => {
    const guard = await startWatchdog({ directory });
    await rename(directory, join(root, "moved"));
    await mkdir(directory);
    await guard.close();
    assert.ok(existsSync(directory));
    assert.ok(existsSync(join(root, "moved", "deep", "file")));
  });

  it("refuses a directory outside the temporary folder, the folder itself, links, files and nothing", async () => {
    const before = process.env.TMPDIR;
    const temporary = join(root, "tmp");
    await mkdir(temporary);
    await symlink(directory, join(temporary, "link"));
    await writeFile(join(temporary, "file"), "");
    // The folder under test becomes the temporary one, so that a mistake could remove nothing of value.
    process.env.TMPDIR = temporary;
    try {
      for (const path of [directory, temporary, join(temporary, "..", "run"), root]) {
        await assert.rejects(startWatchdog({ directory: path }), /not below/);
      }
      for (const name of ["link", "file"]) {
        await assert.rejects(startWatchdog({ directory: join(temporary, name) }), /not a directory/);
      }
      await assert.rejects(startWatchdog({ directory: join(temporary, "none") }), /ENOENT/);
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
    assert.ok(existsSync(join(directory, "deep", "file")));
  });

  it("does not bring the runner down when someone kills the watchdog", async () => {
    const guard = await startWatchdog({ directory });
    process.kill(guard.pid, "SIGKILL");
    // Without giving way to events, so that the runner writes before it has learned of the end.
    while (processStart(guard.pid) !== undefined);
    guard.process(process.pid);
    guard.release(process.pid);
    await sleep(50);
    await guard.close();
    assert.ok(existsSync(directory));
  });
});

describe("processStart", () => {
  it("tells processes apart and does not know one that has ended", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"]);
    const start = processStart(child.pid ?? 0);
    assert.ok(start !== undefined && start !== processStart(process.pid));
    assert.equal(processStart(child.pid ?? 0), start);
    child.kill("SIGKILL");
    await once(child, "exit");
    assert.equal(processStart(child.pid ?? 0), undefined);
  });
});

async function vanish(pids: readonly number[]): Promise<void> {
  const alive = () => pids.filter((pid) => processStart(pid) !== undefined);
  for (const deadline = Date.now() + 8_000; alive().length > 0 && Date.now() < deadline; ) await sleep(20);
  assert.deepEqual(alive(), []);
}
