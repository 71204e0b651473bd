/** What comes over a forwarded port, and every way in which nothing comes. That a real API server forwards one is in test/cluster/node. */
import assert from "node:assert/strict";
import type { Readable, Writable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import type { PortForward } from "@kubernetes/client-node";
import { askPod, type Received } from "../../../components/cluster/pod-port.ts";

const POD = { namespace: "istio-system", name: "istiod-a", port: 15_014 };

interface Way {
  readonly fromPod: Writable;
  readonly complaints: Writable;
  readonly toPod: Readable;
  end(): void;
}

/** What an API server does with a way as soon as something is asked over it. */
type Server = (way: Way, asked: string) => void;

async function askedOf(
  server: Server | undefined,
  { patience = 5_000, early = "" } = {},
): Promise<Received & { readonly closed: boolean }> {
  let closed = false;
  const forward = {
    portForward(
      namespace: string,
      name: string,
      ports: readonly number[],
      fromPod: Writable,
      complaints: Writable,
      toPod: Readable,
    ) {
      assert.deepEqual({ namespace, name, port: ports[0] }, POD);
      if (server === undefined) return new Promise(() => {});
      if (early !== "") complaints.write(early);
      const socket = { onclose: () => {}, close: () => void (closed = true) };
      toPod.on("data", (asked: Buffer) =>
        server({ fromPod, complaints, toPod, end: () => socket.onclose() }, `${asked}`),
      );
      return Promise.resolve(socket);
    },
  } as unknown as PortForward;
  const received = await askPod(forward, POD, "/debug/syncz", AbortSignal.timeout(patience));
  await setImmediate();
  return { ...received, closed };
}

describe("a forwarded port", () => {
  it("brings an answer, however it is cut, and is closed afterwards", async () => {
    const answer = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n";
    const { status, text, closed } = await askedOf(({ fromPod }, asked) => {
      assert.match(asked, /^GET \/debug\/syncz HTTP\/1\.1\r\n/);
      for (const cut of [answer.slice(0, 20), answer.slice(20, 70), answer.slice(70)]) fromPod.write(cut);
    });
    assert.deepEqual([status, text, closed], [200, "[1,2]", true]);
  });

  it("tells what the node says where nobody listens, which may come before anything is asked", async () => {
    const message = "error forwarding port 15014: connection refused";
    await assert.rejects(
      askedOf(({ complaints }) => void complaints.write(`${message}\n`)),
      { message },
    );
    await assert.rejects(
      askedOf(() => {}, { early: message }),
      { message },
    );
  });

  it("is no answer where it is closed before one, or in the middle of one", async () => {
    await assert.rejects(
      askedOf(({ end }) => end()),
      /socket hang up/,
    );
    await assert.rejects(
      askedOf(({ fromPod, end }) => {
        fromPod.write("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n[1,");
        void setImmediate().then(end);
      }),
      /aborted/,
    );
  });

  it("is not waited for for ever: neither to be opened nor to answer", async () => {
    await assert.rejects(askedOf(undefined, { patience: 20 }), { name: "TimeoutError" });
    await assert.rejects(
      askedOf(() => {}, { patience: 20 }),
      { name: "TimeoutError" },
    );
  });
});
