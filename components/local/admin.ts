/** Asks a running Envoy's admin interface, which listens on a socket in the proxy's own folder. */
import { request } from "node:http";
import { join } from "node:path";
import { ADMIN_SOCKET } from "../engines/envoy/bootstrap.ts";

/** The body of a GET; `undefined` while nobody answers. @unit milliseconds */
export function askAdmin(proxyDirectory: string, path: string, timeout = 2_000): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asked = request({ socketPath: join(proxyDirectory, ADMIN_SOCKET), path, timeout }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve(response.statusCode === 200 ? Buffer.concat(chunks).toString() : undefined));
      response.on("error", () => resolve(undefined));
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(undefined));
    asked.end();
  });
}

/** How long a proxy that runs may take for an answer on a very busy machine. @unit milliseconds */
const PATIENCE = 10_000;

/** Statistics whose names match, by name. No answer is an error: "none" would mean that nothing is on its way. */
export async function readStats(proxyDirectory: string, filter: string): Promise<ReadonlyMap<string, string>> {
  const text = await insist(proxyDirectory, `/stats?filter=${encodeURIComponent(filter)}`);
  const lines = text.split("\n").filter((line) => line.includes(": "));
  return new Map(
    lines.map((line) => [line.slice(0, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2).replaceAll('"', "")]),
  );
}

async function insist(proxyDirectory: string, path: string): Promise<string> {
  const text = await askAdmin(proxyDirectory, path, PATIENCE);
  if (text === undefined) throw new Error(`the proxy in ${proxyDirectory} has ended or does not answer`);
  return text;
}

/** Who a proxy says it is, to callers and callees: the names in the certificates that are in use. */
export async function readIdentities(proxyDirectory: string): Promise<readonly string[]> {
  const { certificates } = JSON.parse(await insist(proxyDirectory, "/certs")) as Certificates;
  const own = certificates.flatMap(({ cert_chain = [] }) => cert_chain);
  return own.flatMap(({ subject_alt_names = [] }) => subject_alt_names).flatMap(({ uri = [] }) => uri);
}

/** @source Envoy, admin interface, `GET /certs` (admin.v3.Certificates) */
interface Certificates {
  readonly certificates: readonly {
    readonly cert_chain?: readonly { readonly subject_alt_names?: readonly { readonly uri?: string }[] }[];
  }[];
}

/** Live and with its first configuration. */
export const isReady = async (proxyDirectory: string): Promise<boolean> =>
  (await askAdmin(proxyDirectory, "/ready"))?.trim() === "LIVE";
