/** Asks a running Envoy's admin interface, which listens on a socket in the proxy's own folder. */
import { request } from "node:http";
import { join } from "node:path";

/** The body of a GET; `undefined` while nobody answers. @unit milliseconds */
export function askAdmin(proxyDirectory: string, path: string, timeout = 2_000): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asked = request({ socketPath: join(proxyDirectory, "admin.sock"), path, timeout }, (response) => {
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
  const text = await askAdmin(proxyDirectory, `/stats?filter=${encodeURIComponent(filter)}`, PATIENCE);
  if (text === undefined) throw new Error(`the proxy in ${proxyDirectory} has ended or does not answer`);
  const lines = text.split("\n").filter((line) => line.includes(": "));
  return new Map(
    lines.map((line) => [line.slice(0, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2).replaceAll('"', "")]),
  );
}

/** Live and with its first configuration. */
export const isReady = async (proxyDirectory: string): Promise<boolean> =>
  (await askAdmin(proxyDirectory, "/ready"))?.trim() === "LIVE";
