/**
 * Whether a proxy's worker thread follows its main thread. A version that Envoy shows is one that the main thread has accepted; it
 * then posts it to the worker, which serves requests, and which on a busy machine takes it tens of milliseconds later.
 */
import { connect } from "node:net";
import type { SocketAddress } from "../engines/envoy/placement.ts";

/**
 * Resolves when the worker has taken all that was accepted before: opens a connection to one of its listeners and hangs up. The
 * worker runs what was posted to it before it handles the connection (Envoy's dispatcher: one queue of events), and answers the
 * hang-up with its own. A local proxy has one worker; with several, each would have to answer.
 */
export const untilWorkerTook = ({ host, port }: SocketAddress, patience: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host);
    socket.setTimeout(patience, () => socket.destroy());
    socket.on("error", () => {});
    socket.once("close", () => resolve(answered));
    let answered = false;
    socket.once("end", () => {
      answered = true;
    });
    socket.resume();
    socket.end();
  });
