/** From the atomic move of a routes file to the first changed answer (limit p99 50 ms), and through the runner's whole update. */
import { http } from "../../components/index.ts";
import { RunningMesh } from "../../components/local/running-mesh.ts";
import { compile } from "../../components/passes/compile.ts";
import { askReviews } from "./ask-reviews.ts";
import { envoyForBench } from "./envoy.ts";

const ROUNDS = 200;
const LIMIT = 50;

function meshAnswering(status: number) {
  const { ir } = compile({
    name: "bench",
    targets: ["envoy"],
    services: { web: { ports: { http: http(80) }, calls: ["reviews"] }, reviews: { ports: { http: http(9080) } } },
    routes: { reviews: { answer: { respond: { status } } } },
  });
  if (ir === undefined) throw new Error("the bench's own mesh does not compile");
  return ir;
}

export async function benchPropagation(): Promise<readonly string[]> {
  const mesh = await RunningMesh.start(meshAnswering(200), { envoy: await envoyForBench() });
  try {
    const { port } = mesh.plan.placement.outboundHttp("bench/web");
    const times: number[] = [];
    for (let round = 1; round <= ROUNDS; round++) times.push(await timeChange(mesh, port, 200 + (round % 2)));
    times.sort((a, b) => a - b);
    const at = (quantile: number) => times[Math.min(times.length - 1, Math.floor(times.length * quantile))] ?? 0;
    const p99 = at(0.99);
    return [
      `new mesh in memory → files moved → first changed answer, ${ROUNDS} rounds: minimum ${at(0).toFixed(1)} ms, median ${at(0.5).toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ratio to limit ${(p99 / LIMIT).toFixed(2)} (limit ${LIMIT} ms)`,
    ];
  } finally {
    await mesh.stop();
  }
}

/** Planning and rendering are part of it: the figure is an upper bound of the move alone. */
async function timeChange(mesh: RunningMesh, port: number, status: number): Promise<number> {
  const started = performance.now();
  const applied = mesh.apply(meshAnswering(status));
  while ((await askReviews(port)) !== status)
    if (performance.now() - started > 5_000) throw new Error("the change never took effect");
  const took = performance.now() - started;
  await applied;
  return took;
}
