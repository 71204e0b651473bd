/**
 * `mesh run` as a user has it: a process of its own, a file that is saved, a signal. What matters is what stays behind: nothing.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

const meshAnswering = (status: number, more = "") => `import { defineMesh, http } from "meshwright";
export default defineMesh({
  name: "live",
  targets: ["envoy"],
  services: { web: { ports: { http: http(80) }, calls: ["reviews"] }, reviews: { ports: { http: http(9080) } } },
  routes: { reviews: { answer: { respond: { status: ${status} } } } },${more}
});
`;

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  output(): string;
  /** The folder of the run and the port where web's calls go in. */
  places(): Promise<{ readonly directory: string; readonly port: number }>;
}

function startRun(file: string, ...options: string[]): Run {
  const child = spawn(process.execPath, ["--conditions=meshwright-source", main, "run", file, ...options], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const places = async () => {
    await until(
      () => output.includes("Ctrl-C"),
      () => output,
    );
    const directory = /logs: (\S+)/.exec(output)?.[1] ?? "";
    return { directory, port: Number(/live\/web\s+calls through 127\.0\.0\.1:(\d+)/.exec(output)?.[1]) };
  };
  return { child, ended, output: () => output, places };
}

async function until(holds: () => boolean | Promise<boolean>, why: () => string, patience = 20_000): Promise<number> {
  const started = performance.now();
  while (!(await holds())) {
    if (performance.now() - started > patience) assert.fail(`waited in vain: ${why()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return performance.now() - started;
}

const ask = (port: number): Promise<number | string> =>
  new Promise((resolve) => {
    const asked = request({ host: "127.0.0.1", port, headers: { host: "reviews" } }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode ?? 0));
    });
    asked.once("error", (error) => resolve(error.message));
    asked.end();
  });

/** Of the one process that works in just this folder. */
async function pidIn(folder: string): Promise<number> {
  const { readlinkSync } = await import("node:fs");
  const found = (await processesIn(folder)).filter((pid) => readlinkSync(`/proc/${pid}/cwd`) === folder);
  assert.equal(found.length, 1);
  return Number(found[0]);
}

/** Envoys and stand-ins of a run work inside its folder. */
async function processesIn(directory: string): Promise<readonly string[]> {
  const { execFileSync } = await import("node:child_process");
  const listed = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
  const pids = listed
    .filter((line) => line.includes("envoy -c bootstrap.json") || line.includes("workload-main"))
    .map((line) => line.trim().split(" ")[0] ?? "");
  const { readlinkSync } = await import("node:fs");
  return pids.filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(directory);
    } catch {
      return false;
    }
  });
}

describe("mesh run", () => {
  let folder = "";
  let file = "";
  const runs: Run[] = [];
  const start = (...options: string[]) => {
    const run = startRun(file, ...options);
    runs.push(run);
    return run;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "meshwright-test-"));
    file = join(folder, "mesh.ts");
    await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    const { symlink, mkdir } = await import("node:fs/promises");
    await mkdir(join(folder, "node_modules"));
    await symlink(fileURLToPath(new URL("../..", import.meta.url)), join(folder, "node_modules/meshwright"));
    await writeFile(file, meshAnswering(418));
  });

  afterEach(async () => {
    for (const { child, ended } of runs.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGINT");
      await ended;
    }
    await rm(folder, { recursive: true, force: true });
  });

  it("applies a saved change, refuses a wrong one, and leaves nothing after Ctrl-C", async () => {
    const run = start();
    const { directory, port } = await run.places();
    assert.equal(await ask(port), 418);

    await writeFile(file, meshAnswering(425));
    const took = await until(async () => (await ask(port)) === 425, run.output);
    console.log(`      saved → effect: ${Math.round(took)} ms (not asserted)`);

    await writeFile(file, meshAnswering(425, "metrics: { requests: false, connections: true }"));
    await until(() => run.output().includes("start `mesh run` again"), run.output);
    assert.match(run.output(), /applied in \d+ ms\nbut for `metrics`, .*: live\/reviews, live\/web count what/);

    await writeFile(file, meshAnswering(9425));
    await until(() => run.output().includes("not applied"), run.output);
    assert.match(run.output(), /MW1001 wrong-type[\s\S]*routes\.reviews\.answer\.respond\.status/);
    assert.equal(await ask(port), 425);

    await writeFile(file, "export default {{");
    await until(() => run.output().split("not applied").length > 2, run.output);
    assert.equal(await ask(port), 425);
    assert.doesNotMatch(run.output(), /^\s+at .*\.ts:\d+/m, "no stack trace");

    await writeFile(file, meshAnswering(425, "metrics: { requests: false, connections: true }"));
    await until(() => run.output().includes("right again, and running already"), run.output);

    run.child.kill("SIGINT");
    assert.equal(await run.ended, 0);
    assert.equal(existsSync(directory), false);
    assert.deepEqual(await processesIn(directory), []);
  });

  it("says where what does not speak HTTP is called, and which port it could not have", async () => {
    const { createServer } = await import("node:net");
    const taken = createServer();
    const port = await new Promise<number>((resolve) =>
      taken.listen(0, "127.0.0.1", () => resolve((taken.address() as { readonly port: number }).port)),
    );
    await writeFile(
      file,
      `import { defineMesh, http, listen, tcp } from "meshwright";
export default defineMesh({
  name: "live",
  targets: ["envoy"],
  services: { web: { ports: { http: http(80) }, calls: ["db"] }, db: { ports: { data: tcp(5432) } } },
  gateways: { edge: { listeners: { a: listen.http(${port}, { hosts: ["a.example"] }) }, routes: { all: { to: "web" } } } },
});
`,
    );
    try {
      const run = start();
      await run.places();
      assert.match(run.output(), /calls db:data at 127\.0\.0\.1:\d+\n/);
      assert.match(run.output(), new RegExp(`gateway edge +http://a\\.example:\\d+/ +port ${port} is taken`));
    } finally {
      taken.close();
    }
  });

  it("says what has ended by itself, and starts a proxy again when the file is saved", async () => {
    const run = start();
    const { directory, port } = await run.places();
    process.kill(await pidIn(join(directory, "live.web")), "SIGKILL");
    await until(() => /the proxy live\/web has ended by itself/.test(run.output()), run.output);
    assert.equal(typeof (await ask(port)), "string", "nobody listens");

    await writeFile(file, await readFile(file));
    await until(async () => (await ask(port)) === 418, run.output);
    assert.equal(run.output().match(/ended by itself/g)?.length, 1);

    process.kill(await pidIn(directory), "SIGKILL");
    await until(() => run.output().includes("the stand-in workloads have ended by themselves"), run.output);
    run.child.kill("SIGINT");
    assert.equal(await run.ended, 0);
    assert.equal(run.output().match(/ended by/g)?.length, 2, "nothing ends by itself when all of it ends");
  });

  it("leaves nothing when it is killed", async () => {
    const run = start();
    const { directory } = await run.places();
    assert.notDeepEqual(await processesIn(directory), []);
    run.child.kill("SIGKILL");
    await run.ended;
    await until(
      async () => !existsSync(directory) && (await processesIn(directory)).length === 0,
      () => "processes or files remain",
    );
  });

  it("keeps keys and configuration to the user who runs it", async () => {
    const { stat, readdir } = await import("node:fs/promises");
    const { directory } = await start().places();
    assert.equal((await stat(directory)).mode & 0o077, 0, "the folder of the run");
    for (const proxy of (await readdir(directory)).filter((name) => name.startsWith("live."))) {
      const secret = join(directory, proxy, "sds/identity.json");
      assert.match(await readFile(secret, "utf8"), /PRIVATE KEY/);
      assert.equal((await stat(secret)).mode & 0o077, 0, secret);
    }
  });

  it("--once sends probes and says by its exit code whether they agree", async () => {
    const probe = (status: number) =>
      `export const probes = [{ name: "web asks", from: { service: "web" }, url: "http://reviews:9080/", expect: { status: ${status} } }];\n`;
    await writeFile(file, meshAnswering(418) + probe(418));
    const right = start("--once");
    assert.equal(await right.ended, 0, right.output());
    assert.match(right.output(), /1 of 1 rows agree/);
    await writeFile(file, meshAnswering(418) + probe(200));
    const wrong = start("--once");
    assert.equal(await wrong.ended, 1, wrong.output());
    assert.match(wrong.output(), /FAIL\s+web asks\s+200\s+418/);
  });

  it("--json prints one document and nothing else on standard output", async () => {
    const child = spawn(process.execPath, ["--conditions=meshwright-source", main, "run", file, "--once", "--json"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
    await new Promise((resolve) => child.once("close", resolve));
    const document = JSON.parse(text) as {
      readonly command: string;
      readonly rows: readonly { readonly agrees: boolean }[];
    };
    assert.equal(document.command, "run");
    assert.ok(document.rows.length > 0 && document.rows.every(({ agrees }) => agrees), text);
  });

  it("says what to install where there is no Envoy", async () => {
    const run = start("--envoy", join(folder, "no-envoy"));
    assert.equal(await run.ended, 3);
    assert.match(run.output(), /No Envoy to run the mesh with/);
  });
});
