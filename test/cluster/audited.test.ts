/**
 * A namespace that is only audited, as Istio serves it: policies that are run dry become shadow rules, which count who would be refused;
 * taking the annotation away is all that enforces them.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { compile, type MeshIr, simulate } from "../../components/index.ts";
import { istioObjects } from "../../components/passes/render.ts";
import { ISTIO_PARTS, IstioCluster, type IstioMesh } from "./istio-mesh.ts";
import { describeWith } from "./with-parts.ts";

function irOf(enforcement: "audit" | "enforce"): MeshIr {
  const { ir } = compile({
    name: "moving",
    targets: ["istio"],
    namespaces: { legacy: { enforcement } },
    services: {
      web: { ports: { http: { kind: "http", number: 80 } }, calls: ["stock:http"] },
      stock: {
        namespace: "legacy",
        ports: { http: { kind: "http", number: 9080 }, rows: { kind: "tcp", number: 5432 } },
        access: {
          readOnly: { kind: "allow", port: "http", methods: ["GET"] },
          noAdmin: { kind: "deny", port: "http", paths: [{ kind: "path-prefix", path: "/admin" }] },
        },
      },
    },
  });
  assert.ok(ir !== undefined);
  return ir;
}

const asked = [
  { from: "web", method: "GET", path: "/fine" },
  { from: "web", method: "POST", path: "/written" },
  { from: "web", method: "GET", path: "/admin/read" },
  { from: "stranger", method: "GET", path: "/strange" },
] as const;
type Asked = (typeof asked)[number];

/** Whether the simulator says that it would be refused, and by what. */
function auditOf({ from, method, path }: Asked): "deny" | "allow" | undefined {
  const simulated = simulate(irOf("audit"), { from, to: "stock:http", method, path });
  assert.ok(simulated.kind === "explained");
  const { outcome } = simulated.explanation.verdict;
  const arrival = outcome.kind === "forward" ? outcome.destinations[0]?.arrival : undefined;
  assert.ok(arrival?.kind === "delivered");
  if (arrival.by.kind !== "audit") return undefined;
  return arrival.by.rule === undefined ? "allow" : "deny";
}

describeWith("cluster: an audited namespace", ISTIO_PARTS, (parts) => {
  let cluster: IstioCluster;
  let mesh: IstioMesh;

  before(async function () {
    this.timeout(180_000);
    const ir = irOf("audit");
    cluster = await IstioCluster.start(parts(), ir.trustDomain);
    mesh = await cluster.run(ir, istioObjects(ir));
  });

  after(() => cluster?.stop());

  const ask = async ({ from, method, path }: Asked) => {
    const url = `http://stock.legacy:9080${path}`;
    const { status } = await mesh.ask({
      name: url,
      from: from === "web" ? { service: from } : from,
      method,
      url,
      expect: { status: 200 },
    });
    return status;
  };

  /** By the action of the policy that would refuse. */
  async function counted(): Promise<Readonly<Record<string, number>>> {
    const callee = mesh.sidecars.find(
      ({ pod: { plays } }) => plays.kind === "service" && plays.service.key === "stock",
    );
    const stats = (await callee?.admin("/stats?filter=dry_run")) ?? "";
    const series = stats.matchAll(/^http\..*istio_dry_run_(allow|deny)_\.shadow_denied: (\d+)$/gm);
    return Object.fromEntries([...series].map(([, action = "", count]) => [action, Number(count)]));
  }

  it("lets everybody through, and counts whom the simulator says it would refuse", async () => {
    assert.deepEqual(await Promise.all(asked.map(ask)), [200, 200, 200, 200]);
    const audits = asked.map(auditOf);
    assert.deepEqual(audits, [undefined, "allow", "deny", "allow"]);
    assert.deepEqual(await counted(), { allow: 2, deny: 1 });
  });

  it("refuses them once it is enforced, without another change", async () => {
    const policies = istioObjects(irOf("enforce")).filter(({ object }) => object.kind === "AuthorizationPolicy");
    for (const bound of policies.flatMap(({ object }) => mesh.bound(object)))
      assert.equal((await cluster.kubernetes.api.apply(bound)).kind, "ok");
    const expected = asked.map((one) => (auditOf(one) === undefined ? 200 : 403));
    // istiod tells the proxy of one policy after the other.
    const all = () => Promise.all(asked.map(ask));
    for (let tries = 0; tries < 100 && `${await all()}` !== `${expected}`; tries++) await sleep(100);
    assert.deepEqual(await all(), expected);
  });
});
