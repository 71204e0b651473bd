/** Owns opening and closing one server of the workload process: no connection outlives it for long, no peer can crash it. */
import type { ListenOptions, Server, Socket } from "node:net";

export interface Listener {
  /** Cuts off whoever is connected. */
  close(): Promise<void>;
  /** Gives the address free at once and accepts nobody any more; whoever is connected may finish and hang up. */
  leave(): void;
}

/** As long as a request may take by default. @unit milliseconds */
const PATIENCE = 15_000;

/** sockaddr_un of the smaller platform (macOS), without the final zero; Linux has 4 more. */
export const LONGEST_SOCKET_PATH = 103;

export async function openListener(server: Server, address: ListenOptions): Promise<Listener> {
  requireShort(address.path);
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
  });
  await listen(server, address);
  return { close: () => close(server, sockets), leave: () => leave(server, sockets) };
}

function listen(server: Server, address: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(address, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}

function leave(server: Server, sockets: ReadonlySet<Socket>): void {
  const cutOff = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, PATIENCE);
  cutOff.unref();
  server.close(() => clearTimeout(cutOff));
}

/** The system would cut a longer path off or say only "invalid argument". */
function requireShort(path: string | undefined): void {
  if (path === undefined || Buffer.byteLength(path) <= LONGEST_SOCKET_PATH) return;
  throw new Error(`the socket path is longer than ${LONGEST_SOCKET_PATH} bytes: ${path}`);
}
