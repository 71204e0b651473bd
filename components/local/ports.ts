/**
 * Owns finding free TCP ports on loopback. A port is free when this returns, not for ever: whoever asked binds it soon.
 */
import type { AddressInfo, Server } from "node:net";
import { createServer } from "node:net";

/** `count` distinct ports; all stay bound until the last is known, else the system could hand out one twice. */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  try {
    // One by one: a failure (no ports left) must find every server in the list to close.
    for (let opened = 0; opened < count; opened++) servers.push(await listenAnywhere());
    return servers.map((server) => (server.address() as AddressInfo).port);
  } finally {
    await Promise.all(servers.map(close));
  }
}

function listenAnywhere(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ host: "127.0.0.1", port: 0 }, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
