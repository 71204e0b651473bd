/**
 * One question to a port of a pod, by the way that `kubectl port-forward` takes: API server, node, pod. Whoever listens there takes it for
 * a question from the pod itself.
 */
import { request } from "node:http";
import { Duplex, PassThrough, type Readable } from "node:stream";
import type { PortForward } from "@kubernetes/client-node";

export interface PodPort {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

export interface Received {
  readonly status: number;
  readonly text: string;
}

/** @throws where there is no way to the port, or no answer comes from it */
export async function askPod(forward: PortForward, pod: PodPort, path: string, signal: AbortSignal): Promise<Received> {
  const toPod = new PassThrough();
  const fromPod = new PassThrough();
  const complaints = new PassThrough();
  const failed = failureOf(complaints, signal);
  const opened = forward
    .portForward(pod.namespace, pod.name, [pod.port], fromPod, complaints, toPod)
    // Only a way that takes itself up again is a function.
    .then((way) => (typeof way === "function" ? way() : way));
  const socket = Duplex.from({ readable: fromPod, writable: toPod });
  // Whoever asks over it hears of its end; without anybody it would end the program.
  socket.on("error", () => {});
  try {
    const way = await Promise.race([opened, failed]);
    if (way !== null) way.onclose = () => void fromPod.end();
    return await Promise.race([askOver(socket, path), failed]);
  } finally {
    socket.destroy();
    // It may also open when nobody waits for it any more.
    void opened.then((way) => way?.close()).catch(() => {});
  }
}

/** What the node says instead of an answer, perhaps before there is anybody to ask, or that there was none in time. */
function failureOf(complaints: Readable, signal: AbortSignal): Promise<never> {
  return new Promise<never>((_, reject) => {
    complaints.once("data", (said: Buffer) => reject(new Error(said.toString().trim())));
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

function askOver(socket: Duplex, path: string): Promise<Received> {
  return new Promise((resolve, reject) => {
    const options = {
      host: "localhost",
      path,
      headers: { connection: "close" },
      createConnection: () => socket,
    };
    const asked = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      response.on("error", reject);
    });
    asked.on("error", reject);
    asked.end();
  });
}
