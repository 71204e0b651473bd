/** A namespace that is only audited: nobody is refused, and the callee's proxy counts and names who would be. Then it is enforced. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { connect as tlsConnect } from "node:tls";
import { allow, defineMesh, deny, http, path, simulate, tcp } from "meshwright";
import { proxyDirectory } from "../../components/local/run-plan.ts";
import { irOf, type LiveProbe, liveMesh, probes, shows } from "./live-mesh.ts";
import { certificateOf, inboundOf, straight } from "./straight.ts";

const mesh = defineMesh(
  { parameters: { audited: true }, environments: { before: {}, after: { audited: false } } },
  ({ audited }) => ({
    name: "moving",
    targets: ["envoy"],
    namespaces: { legacy: audited ? { enforcement: "audit", until: "2999-12-31" } : { enforcement: "enforce" } },
    services: {
      web: { ports: { http: http(80) }, calls: ["stock:http", "cart"] },
      stock: {
        namespace: "legacy",
        ports: { http: http(9080), rows: tcp(5432) },
        access: {
          readOnly: allow({ port: "http", methods: ["GET"] }),
          noAdmin: deny({ port: "http", paths: [path("/admin").andBelow()] }),
        },
        accessLogs: { requests: "none" as const },
      },
      cart: { ports: { http: http(9080) } },
    },
  }),
);

const asked = [
  { from: "web", method: "GET", path: "/fine" },
  { from: "web", method: "POST", path: "/written" },
  { from: "web", method: "GET", path: "/admin/read" },
  { from: "stranger", method: "GET", path: "/strange" },
  { from: "stranger", method: "GET", path: "/admin/strange" },
] as const;
type Asked = (typeof asked)[number];

/** What the simulator says of a request: what would refuse it, `undefined` where it is simply let in. */
function auditOf({ from, method, path }: Asked): { readonly rule: string | null } | undefined {
  const simulated = simulate(irOf(mesh, "before"), { from, to: "stock:http", method, path });
  assert.ok(simulated.kind === "explained");
  const { outcome } = simulated.explanation.verdict;
  const [arrival] = outcome.kind === "forward" ? outcome.destinations.map((one) => one.arrival) : [];
  assert.ok(arrival?.kind === "delivered", "nobody is refused");
  return arrival.by.kind === "audit" ? { rule: arrival.by.rule ?? null } : undefined;
}

const toProbe = ({ from, method, path }: Asked, status: number): LiveProbe => ({
  name: `${from}: ${method} ${path} → ${status}`,
  from: from === "web" ? { service: "web" } : from,
  method,
  url: `http://stock.legacy:9080${path}`,
  shows: "namespaces.enforcement",
  expect: { status },
});

type Line = Readonly<Record<string, unknown>>;

liveMesh(
  "an audited namespace",
  mesh,
  (live) => {
    const audited = async (): Promise<readonly Line[]> =>
      (await readFile(join(proxyDirectory(live().directory, "legacy/stock"), "envoy.log"), "utf8"))
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line) as Line);

    /** Envoy writes a line a moment after the answer. */
    async function lines(count: number): Promise<readonly Line[]> {
      for (let tries = 0; tries < 30 && (await audited()).length < count; tries++) await wait(100);
      return audited();
    }

    /** By filter. */
    async function counted(layer: "http_rbac" | "rbac"): Promise<Readonly<Record<string, number>>> {
      const { body } = await straight(live().plan.placement.metrics("legacy/stock"), { path: "/metrics" });
      const series = body.matchAll(/^envoy_((?:http_)?rbac)_\w*shadow_denied\{\w+="(\w+)".*\} (\d+)$/gm);
      return Object.fromEntries(
        [...series].filter(([, own]) => own === layer).map(([, , filter, count]) => [filter, Number(count)]),
      );
    }

    const strangerSays = async (line: string): Promise<string> => {
      const tls = await certificateOf(live(), "cart");
      return new Promise((resolve) => {
        const socket = tlsConnect({ ...inboundOf(live(), "stock", "rows"), ...tls });
        socket.on("error", () => {});
        socket.once("close", () => resolve("closed"));
        socket.once("data", (chunk) => {
          // Its greeting; what it echoes may come with it.
          resolve(JSON.parse(chunk.toString().split("\n")[0] ?? "").service);
          socket.end();
        });
        socket.write(line);
      });
    };

    probes(
      live,
      asked.map((one) => toProbe(one, 200)),
    );

    it("its proxy names each caller that would be refused, and what refuses it, as the simulator does", async () => {
      const expected = asked.flatMap((one) => {
        const audit = auditOf(one);
        return audit === undefined ? [] : [{ method: one.method, path: one.path, audit: "refused", ...audit }];
      });
      assert.equal(expected.length, 4);
      const seen = await lines(expected.length);
      assert.deepEqual(
        seen.map(({ method, path, audit, rule }) => ({ method, path, audit, rule })),
        expected,
      );
      assert.equal(seen[0]?.caller, "spiffe://moving.mesh/ns/moving/sa/web");
    });

    it("and counts them, by what denies and by what does not allow", async () => {
      assert.deepEqual(await counted("http_rbac"), { deny: 2, allow: 3 });
    });

    shows("namespaces.enforcement", "a port that does not speak HTTP is open, and says who came", async () => {
      assert.equal(await strangerSays("x\n"), "stock");
      const [, , , , line] = await lines(5);
      assert.deepEqual(
        [line?.audit, line?.caller, line?.upstream],
        ["refused", "spiffe://moving.mesh/ns/moving/sa/cart", "inbound/rows"],
      );
      assert.deepEqual(await counted("rbac"), { allow: 1 });
    });

    it("mutual TLS is as strict as ever", async () => {
      const seen = await straight(inboundOf(live(), "stock"), {});
      assert.equal(seen.status, "refused");
    });

    it("another namespace is enforced", async () => {
      const seen = await straight(inboundOf(live(), "cart"), { tls: await certificateOf(live(), "stock") });
      assert.equal(seen.status, 403);
    });

    describe("once it is enforced", () => {
      before(async () => assert.deepEqual(await live().apply(irOf(mesh, "after")), []));

      probes(
        live,
        asked.map((one) => toProbe(one, auditOf(one) === undefined ? 200 : 403)),
      );

      it("who was named is refused, and no new name is told", async () => {
        assert.equal(await strangerSays("x\n"), "closed");
        await wait(500);
        assert.equal((await audited()).length, 5);
      });
    });
  },
  "before",
);

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
