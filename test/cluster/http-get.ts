/** A GET to a debugging interface on loopback. */
import { request } from "node:http";

export interface Got {
  readonly status: number;
  readonly body: string;
}

export function httpGet(port: number, path: string, host = "127.0.0.1"): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = request({ host, port, path, timeout: 5_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
      response.on("error", reject);
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer")));
    asked.on("error", reject);
    asked.end();
  });
}
