/** A double of a registry, on loopback: what the distribution API says about pulling, with tokens as public registries want them. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { sha256 } from "../../../components/charts/chart-digest.ts";

interface Stored {
  readonly type: string;
  readonly bytes: Buffer;
}

export interface RegistryDouble {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** What was asked, in order. */
  readonly asked: string[];
  /** Changes an answer: it lies, breaks, or wants a password. */
  meddle: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** Keeps a blob; answers its digest. */
  addBlob(repository: string, bytes: Buffer): string;
  /** Tags a manifest; answers its digest. */
  addManifest(repository: string, tag: string, type: string, manifest: object): string;
  close(): void;
}

const TOKEN = "a-token-for-pulling";

export async function startRegistry(): Promise<RegistryDouble> {
  const stored = new Map<string, Stored>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (double.meddle?.(request, response)) return;
    const url = new URL(request.url ?? "", "http://double");
    if (url.pathname === "/token") return giveToken(url, response);
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return challenge(response, double.host);
    const found = stored.get(url.pathname);
    const accepted = (request.headers.accept ?? "").split(", ");
    if (found === undefined || !accepted.includes(found.type)) return response.writeHead(404).end();
    const digest = `sha256:${sha256(found.bytes)}`;
    response.writeHead(200, { "content-type": found.type, "docker-content-digest": digest }).end(found.bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const keep = (path: string, type: string, bytes: Buffer): string => {
    stored.set(path, { type, bytes });
    return `sha256:${sha256(bytes)}`;
  };
  const double: RegistryDouble = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    meddle: undefined,
    addBlob: (repository, bytes) =>
      keep(`/v2/${repository}/blobs/sha256:${sha256(bytes)}`, "application/octet-stream", bytes),
    addManifest: (repository, tag, type, manifest) =>
      keep(`/v2/${repository}/manifests/${tag}`, type, Buffer.from(JSON.stringify(manifest))),
    close: () => server.close(),
  };
  return double;
}

/** Who asks for another service, or for more than pulling, gets nothing. */
function giveToken(url: URL, response: ServerResponse): void {
  const { service, scope = "" } = Object.fromEntries(url.searchParams);
  if (service !== "the double" || !/^repository:[\w/-]+:pull$/.test(scope)) response.writeHead(403).end();
  else response.end(JSON.stringify({ token: TOKEN }));
}

const challenge = (response: ServerResponse, host: string): unknown =>
  response
    .writeHead(401, { "www-authenticate": `Bearer realm="http://${host}/token",service="the double",scope="x"` })
    .end();
