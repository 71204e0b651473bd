/** The node itself: pods run on it, are found by name and reached from outside, and nothing of it outlives its suite. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connect } from "../../../components/cluster/kubernetes-api.ts";
import type { KubernetesObject } from "../../../components/engines/kubernetes.ts";
import { askAt } from "../../../components/local/ask.ts";
import type { Probe } from "../../../components/local/probe.ts";
import { processStart } from "../../../components/local/process-start.ts";
import { applyAll } from "../kubernetes.ts";
import { ProcessGroup } from "../process-group.ts";
import { describeWithNode } from "../with-node.ts";
import { Asker } from "./asker.ts";
import { NODE_PARTS, Node } from "./node.ts";
import { containerId, type PodState, untilPodsReady } from "./pod-state.ts";
import { CONTAINER, standInImage, standInPod } from "./stand-in.ts";

const PORT = 8080;
const NODE_PORT = 30_080;
const labels = { app: "web" };
const spec = {
  id: "web",
  service: "web",
  version: null,
  identity: "nobody",
  ports: [{ name: "http", protocol: "http", listen: { port: PORT } }],
  calls: [],
} as const;

const objects: readonly KubernetesObject[] = [
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web-1", namespace: "default", labels },
    spec: standInPod(spec),
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "default" },
    spec: { type: "NodePort", selector: labels, ports: [{ port: 80, targetPort: PORT, nodePort: NODE_PORT }] },
  },
];

const probe: Probe = { name: "web", from: "outside", url: "http://web/x", expect: { status: 200 } };

describeWithNode("cluster: a node", NODE_PARTS, (parts) => {
  let group: ProcessGroup;
  let node: Node;
  let pod: PodState | undefined;

  before(async function () {
    this.timeout(180_000);
    group = await ProcessGroup.create();
    node = await Node.start(group, parts(), { images: [standInImage] });
    await applyAll(node.kubernetes.api, objects);
    [pod] = await untilPodsReady(node.kubernetes.api, "default", 1, 60);
  });

  after(async () => {
    node?.kubernetes.api.close();
    await group?.stop();
    node?.forget();
  });

  it("runs a pod, which this machine reaches", async () => {
    const seen = await askAt({ host: pod?.status.podIP ?? "", port: PORT }, probe);
    assert.equal(seen.status, 200, seen.body);
    assert.equal(JSON.parse(seen.body).service, "web");
  });

  it("opens a port of the node for a Service", async () => {
    const ask = () => askAt({ host: node.space.address, port: NODE_PORT }, probe);
    await eventually(async () => (await ask()).status === 200);
  });

  it("lets a pod find a Service by name, its own pod behind it", async () => {
    const asker = new Asker(node, containerId(pod as PodState, CONTAINER));
    const seen = await asker.ask({ host: "web", port: 80 }, probe);
    await asker.stop();
    assert.equal(seen.status, 200, seen.body);
  });

  it("is asked for a port of a pod by way of the API server, and says why it does not answer", async () => {
    const connection = await connect({ kubeconfig: node.kubernetes.kubeconfig });
    assert.ok(connection.kind === "connected");
    const { api } = connection;
    const web = { namespace: "default", name: "web-1", port: PORT };
    const found = await api.getOfPod(web, "/x");
    const closed = await api.getOfPod({ ...web, port: PORT + 1 }, "/x");
    const missing = await api.getOfPod({ ...web, name: "web-2" }, "/x");
    await api.close();
    assert.ok(found.kind === "ok", JSON.stringify(found));
    assert.equal(JSON.parse(found.body as string).service, "web");
    assert.ok(closed.kind === "refused" && closed.message.includes("connection refused"), JSON.stringify(closed));
    assert.ok(missing.kind === "refused" && missing.status === 404, JSON.stringify(missing));
  });

  it("has no way out", async () => {
    // An address of a range for documentation (RFC 5737).
    const reach = node.space.run("timeout", "2", "bash", "-c", "exec 3<>/dev/tcp/192.0.2.1/80");
    await assert.rejects(reach);
  });

  it("is gone, with its network, when its suite is killed", async () => {
    const program = fileURLToPath(new URL("to-be-killed.ts", import.meta.url));
    const args = ["--conditions=meshwright-source", "--disable-warning=ExperimentalWarning", program];
    const suite = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(suite.stdout, "data")) as [Buffer];
    const { pid, address } = JSON.parse(line.toString()) as { readonly pid: number; readonly address: string };
    assert.notEqual(processStart(pid), undefined);
    suite.kill("SIGKILL");
    const isThere = () =>
      Object.values(networkInterfaces())
        .flat()
        .some((one) => one?.address === address);
    await eventually(() => Promise.resolve(processStart(pid) === undefined && !isThere()));
  });
});

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; await sleep(50)) if (await holds()) return;
  assert.fail("not after 10 s");
}
