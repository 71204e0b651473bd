/** Steady load from this process: HTTP/1.1 with kept connections, or HTTP/2 on one. Counts every request that did not get its answer. */
import { Agent, request } from "node:http";
import { connect } from "node:http2";

export interface Load {
  /** Ends the load and tells what it saw. */
  stop(): Promise<LoadResult>;
}

export interface LoadResult {
  readonly requests: number;
  /** Statuses and errors other than 200, with how often. */
  readonly failures: ReadonlyMap<string, number>;
}

/** Sends one request; resolves with its status or what went wrong. */
type Send = () => Promise<string>;

export function startLoad(
  protocol: "h1" | "h2",
  port: number,
  authority: string,
  clients: number,
  host = "127.0.0.1",
): Load {
  const address = { host, port };
  const { send, close } = protocol === "h1" ? overH1(address, authority, clients) : overH2(address, authority);
  const state = { running: true, requests: 0, failures: new Map<string, number>() };
  const client = async () => {
    while (state.running) {
      const outcome = await send();
      state.requests++;
      if (outcome !== "200") state.failures.set(outcome, (state.failures.get(outcome) ?? 0) + 1);
    }
  };
  const clientsDone = Promise.all(Array.from({ length: clients }, client));
  return {
    async stop() {
      state.running = false;
      await clientsDone;
      close();
      return { requests: state.requests, failures: state.failures };
    },
  };
}

interface Address {
  readonly host: string;
  readonly port: number;
}

function overH1(
  address: Address,
  authority: string,
  clients: number,
): { readonly send: Send; readonly close: () => void } {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const send: Send = () =>
    new Promise((resolve) => {
      const asked = request({ ...address, agent, headers: { host: authority } }, (response) => {
        response.resume();
        response.once("end", () => resolve(String(response.statusCode)));
        response.once("error", (error) => resolve(error.message));
      });
      asked.once("error", (error) => resolve(error.message));
      asked.end();
    });
  return { send, close: () => agent.destroy() };
}

/** A proxy that drains asks its clients to open another connection (GOAWAY); a client that does not would count that as a failure. */
function overH2({ host, port }: Address, authority: string): { readonly send: Send; readonly close: () => void } {
  let session = connect(`http://${host}:${port}`);
  const send: Send = () => {
    if (session.closed || session.destroyed) session = connect(`http://${host}:${port}`);
    return new Promise((resolve) => {
      const stream = session.request({ ":path": "/", ":authority": authority });
      let status = "no answer";
      stream.on("response", (headers) => {
        status = String(headers[":status"]);
      });
      stream.on("data", () => {});
      stream.on("end", () => resolve(status));
      stream.on("error", (error) => resolve(error.message));
      stream.end();
    });
  };
  return { send, close: () => session.close() };
}
