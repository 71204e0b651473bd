/** What `freePorts` promises: distinct ports that can be bound at once. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { freePorts } from "../../../components/local/ports.ts";

describe("freePorts", () => {
  it("gives distinct ports that can all be bound", async () => {
    const ports = await freePorts(50);
    assert.equal(new Set(ports).size, 50);
    const servers = await Promise.all(
      ports.map(async (port) => {
        const server = createServer().listen(port, "127.0.0.1");
        await once(server, "listening");
        return server;
      }),
    );
    for (const server of servers) server.close();
  });

  it("gives none when none are asked for", async () => {
    assert.deepEqual(await freePorts(0), []);
  });
});
