/** What the requests of the simulator's bench cost a real proxy: processor time of the caller's Envoy, its connections included. */
import { Agent, request } from "node:http";
import type { MeshIr } from "../../components/ir/mesh-ir.ts";
import { RunningMesh } from "../../components/local/running-mesh.ts";
import type { SimulatedRequest } from "../../components/simulate/request.ts";
import { cpuMicroseconds } from "./process-usage.ts";

const CLIENTS = 8;
const ROUNDS = 3;

/** @unit microseconds a request, the least of some rounds */
export async function costAtEnvoy(envoy: string, ir: MeshIr, requests: readonly SimulatedRequest[]): Promise<number> {
  const mesh = await RunningMesh.start(ir, { envoy });
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  try {
    const { port } = mesh.plan.placement.outboundHttp("bench/web");
    const pid = mesh.pids.get("bench/web") ?? 0;
    const costs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const before = cpuMicroseconds(pid);
      await sendAll(requests, agent, port);
      costs.push((cpuMicroseconds(pid) - before) / requests.length);
    }
    return Math.min(...costs);
  } finally {
    agent.destroy();
    await mesh.stop();
  }
}

async function sendAll(requests: readonly SimulatedRequest[], agent: Agent, port: number): Promise<void> {
  let next = 0;
  const client = async () => {
    for (let one = requests[next++]; one !== undefined; one = requests[next++]) await send(one, agent, port);
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

function send({ message }: SimulatedRequest, agent: Agent, port: number): Promise<void> {
  const headers = { host: message?.authority, ...Object.fromEntries(message?.headers ?? []) };
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: "127.0.0.1", port, agent, path: message?.path, headers: headers as never },
      (answer) => {
        answer.resume();
        answer.once("end", () =>
          answer.statusCode === 200 ? resolve() : reject(new Error(`Envoy answered ${answer.statusCode}`)),
        );
      },
    );
    asked.once("error", reject);
    asked.end();
  });
}
