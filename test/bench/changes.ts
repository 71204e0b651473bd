/** Zero loss: routes, weights and backends change 200 times under load, by HTTP/1.1 and HTTP/2; the limit is 0 failed requests. */
import { header, http, seconds } from "../../components/index.ts";
import type { MeshIr } from "../../components/ir/mesh-ir.ts";
import { RunningMesh } from "../../components/local/running-mesh.ts";
import { compile } from "../../components/passes/compile.ts";
import { envoyForBench } from "./envoy.ts";
import { startLoad } from "./load.ts";

const CHANGES = 200;

/** The n-th mesh: another weight each time, another header route every second, another backend every fifth. */
function meshNumber(n: number): MeshIr {
  const versions = n % 5 === 4 ? ["v1", "v2", "v3"] : ["v1", "v2"];
  const weight = (n * 37) % 101;
  const { ir, diagnostics } = compile({
    name: "bench",
    targets: ["envoy"],
    services: {
      web: { ports: { http: http(80) }, calls: n % 7 === 6 ? ["reviews", "ratings"] : ["reviews"] },
      reviews: { ports: { http: http(9080) }, versions },
      ratings: { ports: { http: http(9080) } },
    },
    routes: {
      reviews: {
        ...(n % 2 === 0
          ? {}
          : {
              beta: {
                when: header("x-beta").is(String(n)),
                to: "v2",
                headers: { response: { set: { "x-n": String(n) } } },
              },
            }),
        default: {
          to: { v1: weight, v2: 101 - weight, ...(versions.length === 3 ? { v3: 5 } : {}) },
          timeout: seconds(1 + (n % 9)),
        },
      },
    },
  });
  if (ir === undefined || diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics));
  return ir;
}

export async function benchChanges(): Promise<readonly string[]> {
  const mesh = await RunningMesh.start(meshNumber(0), { envoy: await envoyForBench() });
  try {
    return [await changeUnderLoad(mesh, "h1"), await changeUnderLoad(mesh, "h2")];
  } finally {
    await mesh.stop();
  }
}

async function changeUnderLoad(mesh: RunningMesh, protocol: "h1" | "h2"): Promise<string> {
  const { port } = mesh.plan.placement.outboundHttp("bench/web");
  const load = startLoad(protocol, port, "reviews", 8);
  const times: number[] = [];
  for (let n = 1; n <= CHANGES; n++) {
    const started = performance.now();
    const refused = await mesh.apply(meshNumber(n));
    if (refused.length > 0) throw new Error(`refused: ${refused.join(", ")}`);
    times.push(performance.now() - started);
  }
  const { requests, failures } = await load.stop();
  const failed = [...failures.values()].reduce((sum, count) => sum + count, 0);
  times.sort((a, b) => a - b);
  const median = times[times.length >> 1]?.toFixed(1);
  const what = [...failures].map(([status, count]) => `${count} × ${status}`).join(", ");
  return `${protocol}: ${failed} of ${requests} requests failed over ${CHANGES} changes (limit 0)${what === "" ? "" : `: ${what}`}; a change took ${median} ms at the median, removals waited for`;
}
