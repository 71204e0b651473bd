/** The stand-ins over the changes of a mesh: what stays the same keeps its connections, and a list that fails takes nothing away. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WorkloadProcess } from "../../../components/local/workload-process.ts";
import type { PortProtocol, WorkloadSpec } from "../../../components/local/workload-spec.ts";

describe("stand-ins of a mesh that changes", () => {
  let root = "";
  let host: WorkloadProcess;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "mw-"));
    host = new WorkloadProcess(root);
  });
  afterEach(async () => {
    await host.stop();
    await rm(root, { recursive: true });
  });

  const socketPath = (name: string) => join(root, `${name}.sock`);

  const reviews = (ports: Readonly<Record<string, PortProtocol>>, account = "reviews"): WorkloadSpec => ({
    id: "shop/reviews",
    service: "reviews",
    version: null,
    identity: `spiffe://shop.mesh/ns/shop/sa/${account}`,
    ports: Object.entries(ports).map(([name, protocol]) => ({ name, protocol, listen: { path: socketPath(name) } })),
    calls: [],
  });

  const serve = (...workloads: WorkloadSpec[]) => host.serve({ workloads, externals: [] });

  interface Answer {
    readonly identity: string;
    /** Over a connection that was there before. */
    readonly reused: boolean;
  }

  const ask = (name: string, agent: Agent, headers = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const asked = request({ socketPath: socketPath(name), agent, headers }, async (response) => {
        const body = Buffer.concat(await response.toArray()).toString();
        resolve({ identity: (JSON.parse(body) as Answer).identity, reused: asked.reusedSocket });
      });
      asked.once("error", reject);
      asked.end();
    });

  const overHttp2 = (name: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const session = connectHttp2("http://reviews", { createConnection: () => connect(socketPath(name)) });
      session.once("error", reject);
      const stream = session.request({ ":path": "/" });
      stream.once("response", (headers) => {
        resolve(headers[":status"]);
        session.destroy();
      });
      stream.once("error", () => {});
    });

  it("another port, and another identity, leave the connections of a port as they are", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await serve(reviews({ http: "http" }));
    assert.equal((await ask("http", agent)).reused, false);
    await serve(reviews({ http: "http", admin: "http" }, "other"));
    assert.deepEqual(await ask("http", agent), { identity: "spiffe://shop.mesh/ns/shop/sa/other", reused: true });
    await serve(reviews({ http: "http" }, "other"));
    assert.equal((await ask("http", agent)).reused, true);
    await assert.rejects(ask("admin", agent), /ENOENT|ECONNREFUSED/);
    agent.destroy();
  });

  it("another protocol at the same address is spoken at once; who was asked before still answers", async () => {
    await serve(reviews({ http: "http" }));
    const slow = ask("http", new Agent(), { "x-echo-delay": "200" });
    await ask("http", new Agent());
    await serve(reviews({ http: "http2" }));
    assert.equal(await overHttp2("http"), 200);
    assert.equal((await slow).identity, "spiffe://shop.mesh/ns/shop/sa/reviews");
  });

  it("a list that cannot be served says why, and leaves what was served before", async () => {
    await serve(reviews({ http: "http" }));
    const tooLong = reviews({ ["x".repeat(100)]: "http" });
    await assert.rejects(serve(reviews({ http: "http" }), { ...tooLong, id: "shop/long" }), /longer than 103 bytes/);
    assert.equal((await ask("http", new Agent())).reused, false);
    await serve(reviews({ http: "http", admin: "http" }));
    await ask("admin", new Agent());
  });
});
