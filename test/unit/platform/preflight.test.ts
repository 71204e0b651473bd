/** The preflight of a program: what a preview does not know it says, and `up` refuses. A cluster that answers is in test/cluster. */
import assert from "node:assert/strict";
import { log, type Output } from "@pulumi/pulumi";
import { RandomId } from "@pulumi/random";
import { freePorts } from "../../../components/local/ports.ts";
import { preflight } from "../../../components/platform/preflight.ts";
import { deploymentOf } from "../preflight/preflight-of.ts";
import { deploy } from "./mock-engine.ts";

const deployment = deploymentOf({
  stack: { controlPlane: { kind: "existing", revision: "stable", version: "1.31.4" } },
  mesh: { name: "shop", targets: ["istio"], services: { web: { ports: { http: { kind: "http", number: 80 } } } } },
});

const kubeconfigAt = (port: number | undefined): string =>
  JSON.stringify({
    clusters: [{ name: "new", cluster: { server: `https://127.0.0.1:${port}` } }],
    users: [{ name: "me", user: { token: "none" } }],
    contexts: [{ name: "new", context: { cluster: "new", user: "me" } }],
    "current-context": "new",
  });

/** What is logged while a program runs with this kubeconfig, made of something that only `up` knows. */
async function loggedBy(preview: boolean, text: string): Promise<readonly string[]> {
  const lines: string[] = [];
  const { info } = log;
  (log as { info: unknown }).info = (line: string) => void lines.push(line);
  try {
    await deploy(
      () => {
        const made: Output<string> = new RandomId("cluster", { byteLength: 4 }).hex;
        return preflight(deployment, { kubeconfig: made.apply(() => text) });
      },
      { preview },
    );
  } finally {
    (log as { info: unknown }).info = info;
  }
  return lines;
}

describe("the preflight of a program", () => {
  it("says in a preview that a cluster of the same program is not checked, for it is not there yet", async () => {
    const [line, ...others] = await loggedBy(true, "never read");
    assert.match(line ?? "", /^cluster: not checked \(it is not there yet\); `pulumi up` checks it before/);
    assert.deepEqual(others, []);
  });

  it("asks it in `up`, as soon as it is known, and stops where it does not answer", async () => {
    const [port] = await freePorts(1);
    await assert.rejects(
      loggedBy(false, kubeconfigAt(port)),
      /nothing was deployed\s+error MW5200 cluster-unreachable/,
    );
  });
});
