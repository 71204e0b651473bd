/** Stands between clients and the API server, and does what busy servers and bad networks do. */
import { writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Agent, createServer, request, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createAuthority } from "../../../components/local/certificates.ts";
import type { Access } from "../api-client.ts";
import { kubeconfigOf } from "../kubernetes.ts";

export type Trouble =
  /** The request never arrives. */
  | { readonly kind: "cut" }
  /** It is done, and nobody hears of it. */
  | { readonly kind: "answer-lost" }
  /** Too much to do; `again`: the server says when to ask again. */
  | { readonly kind: "refused"; readonly status: 429 | 500 | 503; readonly again: boolean }
  /** As another server would answer. */
  | { readonly kind: "not-found" }
  /** @unit milliseconds */
  | { readonly kind: "late"; readonly by: number };

export interface Asked {
  readonly method: string;
  readonly path: string;
  /** Whether it changes something. */
  readonly writes: boolean;
}

export class ApiProxy {
  /** How clients reach the server through here. */
  readonly access: Access;
  readonly kubeconfig: string;
  /** What befalls a request; nothing unless told. */
  trouble: (asked: Asked) => Trouble | undefined = () => undefined;
  readonly #server: Server;
  readonly #agent: Agent;

  private constructor(access: Access, kubeconfig: string, server: Server, agent: Agent) {
    this.access = access;
    this.kubeconfig = kubeconfig;
    this.#server = server;
    this.#agent = agent;
  }

  static async start(behind: Access, folder: string): Promise<ApiProxy> {
    const authority = await createAuthority({ trustDomain: "proxy.test" });
    const { certificatePem: cert, keyPem: key } = await authority.issueServer(["localhost"]);
    const agent = new Agent({ keepAlive: true, maxSockets: 16, ca: behind.ca });
    const server = createServer({ cert, key }, (asked, answer) => void serve(asked, answer));
    await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
    const access = { ...behind, port: (server.address() as AddressInfo).port, ca: authority.caPem };
    const kubeconfig = join(folder, "proxied-kubeconfig.json");
    await writeFile(kubeconfig, JSON.stringify(kubeconfigOf(access)), { mode: 0o600 });
    const proxy = new ApiProxy(access, kubeconfig, server, agent);
    const serve = (asked: IncomingMessage, answer: ServerResponse) => proxy.#serve(asked, answer, behind);
    return proxy;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
    this.#agent.destroy();
  }

  async #serve(asked: IncomingMessage, answer: ServerResponse, behind: Access): Promise<void> {
    const { method = "GET", url: path = "/" } = asked;
    const trouble = this.trouble({ method, path, writes: method !== "GET" });
    const body = await bytesOf(asked);
    if (trouble?.kind === "late") await sleep(trouble.by);
    switch (trouble?.kind) {
      case "cut":
        return void answer.destroy();
      case "refused":
        if (trouble.again) answer.setHeader("retry-after", "1");
        return refuse(answer, trouble.status, "the server has too much to do");
      case "not-found":
        return refuse(answer, 404, "the server could not find the requested resource");
    }
    try {
      const { status, text } = await this.#forward(method, path, asked, body, behind);
      if (trouble?.kind === "answer-lost") return void answer.destroy();
      answer.writeHead(status, { "content-type": "application/json" });
      answer.end(text);
    } catch {
      answer.destroy();
    }
  }

  #forward(method: string, path: string, asked: IncomingMessage, body: Buffer, { host, port }: Access) {
    return new Promise<{ readonly status: number; readonly text: Buffer }>((resolve, reject) => {
      const headers = { ...asked.headers, host: `${host}:${port}` };
      const sent = request({ host, port, method, path, headers, agent: this.#agent }, (response) => {
        bytesOf(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
      });
      sent.on("error", reject);
      sent.end(body);
    });
  }
}

function refuse(answer: ServerResponse, status: number, message: string): void {
  answer.writeHead(status, { "content-type": "application/json" });
  answer.end(JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", message, code: status }));
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
