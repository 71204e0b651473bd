/**
 * Owns finding free TCP ports on loopback. A port is free when this returns, not for ever: whoever asked binds it soon.
 */
import { randomInt } from "node:crypto";
import type { AddressInfo, Server } from "node:net";
import { createServer } from "node:net";

interface Range {
  readonly first: number;
  readonly last: number;
}

/** Below the ports that systems give to outgoing connections, which could take one between the choice and its use. */
const RUNS: Range = { first: 20_000, last: 32_000 };

/** `count` distinct ports; all stay bound until the last is known, so that two choices never meet. */
export async function freePorts(count: number, { first, last }: Range = RUNS): Promise<number[]> {
  const servers: Server[] = [];
  let candidate = randomInt(first, last);
  try {
    // One by one: a failure (no ports left) must find every server in the list to close.
    for (let tries = 0; servers.length < count; tries++) {
      if (tries > last - first) throw new Error(`fewer than ${count} ports from ${first} to ${last} are free`);
      const server = await listenAt(candidate);
      if (server !== undefined) servers.push(server);
      candidate = candidate < last ? candidate + 1 : first;
    }
    return servers.map((server) => (server.address() as AddressInfo).port);
  } finally {
    await Promise.all(servers.map(close));
  }
}

export async function isFree(port: number): Promise<boolean> {
  const server = await listenAt(port);
  if (server !== undefined) await close(server);
  return server !== undefined;
}

function listenAt(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ host: "127.0.0.1", port }, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
