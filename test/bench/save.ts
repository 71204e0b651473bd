/** From saving the file of a mesh to the first changed answer of its running proxies: `mesh run` as a user has it, in a process of its own. */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { askReviews } from "./ask-reviews.ts";
import { figure } from "./summary.ts";

const ROUNDS = 20;
const LIMIT = 500;
/** A save that never takes effect ends the bench. */
const PATIENCE = 30_000;

const built = fileURLToPath(new URL("../../dist", import.meta.url));

const meshAnswering = (status: number): string => `import { defineMesh, http } from "meshwright";
export default defineMesh({
  name: "bench",
  targets: ["envoy"],
  services: { web: { ports: { http: http(80) }, calls: ["reviews"] }, reviews: { ports: { http: http(9080) } } },
  routes: { reviews: { answer: { respond: { status: ${status} } } } },
});
`;

export async function benchSave(): Promise<readonly string[]> {
  // Inside the package, so that the file finds it by its name.
  const folder = await mkdtemp(join(built, "bench-"));
  const file = join(folder, "mesh.ts");
  await writeFile(file, meshAnswering(200));
  const child = spawn(process.execPath, [join(built, "cli/main.js"), "run", file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  try {
    await until(() => output.includes("Ctrl-C"));
    const port = Number(/bench\/web\s+calls through 127\.0\.0\.1:(\d+)/.exec(output)?.[1]);
    await until(async () => (await askReviews(port)) === 200);
    const times: number[] = [];
    for (let round = 1; round <= ROUNDS; round++) times.push(await timeSave(file, port, 200 + (round % 2)));
    return [figure(`saved → evaluated, compiled, applied → first changed answer, ${ROUNDS} saves`, times, "ms", LIMIT)];
  } finally {
    child.kill("SIGINT");
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}

async function timeSave(file: string, port: number, status: number): Promise<number> {
  const started = performance.now();
  await writeFile(file, meshAnswering(status));
  await until(async () => (await askReviews(port)) === status);
  return performance.now() - started;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const started = performance.now();
  while (!(await holds())) {
    if (performance.now() - started > PATIENCE) throw new Error(`nothing happened within ${PATIENCE} ms`);
    await pause(2);
  }
}
