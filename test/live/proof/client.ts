/** The callers of a proof: raw HTTP/1.1 and TCP over connections that are kept, in plaintext or TLS. */
import { connect, type Socket } from "node:net";
import { type ConnectionOptions, connect as tlsConnect } from "node:tls";
import type { SocketAddress } from "../../../components/engines/envoy/placement.ts";
import { type Http1Message, Http1Reader } from "./http1.ts";

/** Where a connection goes, and what it shows there. Two with the same `key` are alike. */
export interface Way {
  readonly key: string;
  readonly address: SocketAddress;
  readonly tls?: ConnectionOptions | undefined;
}

export type Answer =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly headers: Http1Message["headers"];
      readonly body: string;
    }
  /** The connection was refused, or ended before an answer. */
  | { readonly kind: "closed"; readonly why: string };

/** Far longer than any answer of a proof takes. @unit milliseconds */
const PATIENCE = 20_000;

export class Clients {
  readonly #idle = new Map<string, Connection[]>();
  readonly #all = new Set<Connection>();

  /** Sends these bytes and reads one answer. */
  async ask(way: Way, bytes: string): Promise<Answer> {
    const connection = this.#idle.get(way.key)?.pop() ?? this.#open(way);
    const answer = await connection.exchange(bytes);
    if (connection.usable) this.#keep(way.key, connection);
    else this.#all.delete(connection);
    return answer;
  }

  /** The first line that a server says, after it was told something: a proxy that expects TLS refuses at the first byte. */
  async line(way: Way): Promise<Answer> {
    const socket = socketTo(way);
    try {
      return await new Promise<Answer>((resolve) => firstLine(socket, resolve));
    } finally {
      socket.destroy();
    }
  }

  close(): void {
    for (const connection of this.#all) connection.destroy();
  }

  #open(way: Way): Connection {
    const connection = new Connection(socketTo(way));
    this.#all.add(connection);
    return connection;
  }

  #keep(key: string, connection: Connection): void {
    const idle = this.#idle.get(key);
    if (idle === undefined) this.#idle.set(key, [connection]);
    else idle.push(connection);
    connection.onEnd = () => {
      this.#all.delete(connection);
      const list = this.#idle.get(key) ?? [];
      const index = list.indexOf(connection);
      if (index !== -1) list.splice(index, 1);
    };
  }
}

class Connection {
  readonly #socket: Socket;
  #waiting: ((answer: Answer) => void) | undefined;
  #isHead = false;
  usable = true;
  onEnd: () => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    const reader = new Http1Reader(
      (start) => !this.#isHead && !/^HTTP\/1\.1 (?:204|304)/.test(start),
      (message) => this.#answer(message),
    );
    socket.on("data", (chunk) => reader.push(chunk));
    socket.on("error", (error: NodeJS.ErrnoException) => this.#end(error.code ?? error.message));
    socket.on("close", () => this.#end("closed"));
    socket.on("timeout", () => this.#end("no answer in time"));
  }

  exchange(bytes: string): Promise<Answer> {
    this.#isHead = bytes.startsWith("HEAD ");
    this.#socket.setTimeout(PATIENCE);
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#socket.write(bytes, "latin1");
    });
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #answer({ start, headers, body }: Http1Message): void {
    this.#socket.setTimeout(0);
    if (headers.some(([name, value]) => name.toLowerCase() === "connection" && value === "close")) this.#retire();
    const resolve = this.#waiting;
    this.#waiting = undefined;
    resolve?.({ kind: "answered", status: Number(start.split(" ")[1]), headers, body });
  }

  #end(why: string): void {
    this.#retire();
    this.onEnd();
    const resolve = this.#waiting;
    this.#waiting = undefined;
    resolve?.({ kind: "closed", why });
  }

  #retire(): void {
    this.usable = false;
    this.#socket.destroy();
  }
}

function socketTo({ address, tls }: Way): Socket {
  if (tls !== undefined) return tlsConnect({ ...address, ...tls });
  const socket = connect(address);
  socket.setNoDelay(true);
  return socket;
}

function firstLine(socket: Socket, resolve: (answer: Answer) => void): void {
  let text = "";
  socket.setTimeout(PATIENCE, () => resolve({ kind: "closed", why: "no answer in time" }));
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
    if (text.includes("\n"))
      resolve({ kind: "answered", status: 200, headers: [], body: text.slice(0, text.indexOf("\n")) });
  });
  socket.on("error", (error: NodeJS.ErrnoException) => resolve({ kind: "closed", why: error.code ?? error.message }));
  socket.on("close", () => resolve({ kind: "closed", why: "closed" }));
  socket.write("hello\n");
}
