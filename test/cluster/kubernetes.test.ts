/** The harness itself: the server refuses what is wrong, keeps nothing of a dry run, and nothing stays after a suite. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { KubernetesObject } from "../../components/engines/kubernetes.ts";
import { processStart } from "../../components/local/process-start.ts";
import { applyAll, applyCrds, type Kubernetes, namespace, startKubernetes } from "./kubernetes.ts";
import { ProcessGroup } from "./process-group.ts";
import { describeWith } from "./with-parts.ts";

const virtualService = (http: object): KubernetesObject => ({
  apiVersion: "networking.istio.io/v1",
  kind: "VirtualService",
  metadata: { name: "reviews", namespace: "shop" },
  spec: { hosts: ["reviews.shop.svc.cluster.local"], http: [http as never] },
});
const toReviews = { route: [{ destination: { host: "reviews.shop.svc.cluster.local" } }] };

/** Right but for one thing, which the answer must name. */
const wrong: readonly (readonly [string, KubernetesObject, RegExp])[] = [
  ["a field that the schema does not know", virtualService({ ...toReviews, timeuot: "2s" }), /timeuot/],
  ["a value of another type", virtualService({ ...toReviews, timeout: 2 }), /timeout/],
  ["a rule of the schema", virtualService({ ...toReviews, timeout: "2 seconds" }), /timeout/],
  ["a kind that nobody declared", { ...virtualService(toReviews), kind: "VirtualServise" }, /VirtualServise/],
  [
    "a namespace that is not there",
    { ...virtualService(toReviews), metadata: { name: "reviews", namespace: "nowhere" } },
    /nowhere/,
  ],
  ["a name that is none", { ...virtualService(toReviews), metadata: { name: "Re_views", namespace: "shop" } }, /name/],
];

describeWith("cluster: the API server", ["etcd", "kube-apiserver", "istio-crds", "gateway-api-crds"], (parts) => {
  let group: ProcessGroup;
  let kubernetes: Kubernetes;

  before(async function () {
    this.timeout(120_000);
    group = await ProcessGroup.create();
    kubernetes = await startKubernetes(group, parts());
    await applyCrds(kubernetes.api, [parts()["istio-crds"], parts()["gateway-api-crds"]]);
    await applyAll(kubernetes.api, [namespace("shop")]);
  });

  after(() => group?.stop());

  it("takes a right object, and a dry run leaves nothing behind", async () => {
    const right = virtualService({ ...toReviews, timeout: "2s" });
    assert.equal((await kubernetes.api.apply(right, { dryRun: true })).kind, "ok");
    const listed = await kubernetes.api.get("/apis/networking.istio.io/v1/virtualservices");
    assert.ok(listed.kind === "ok");
    assert.deepEqual((listed.body as { readonly items: unknown }).items, []);
  });

  for (const [what, object, said] of wrong) {
    it(`refuses ${what}`, async () => {
      const answer = await kubernetes.api.apply(object, { dryRun: true });
      assert.match(answer.kind === "refused" ? answer.message : "accepted", said);
    });
  }
});

describe("cluster: processes of a suite", () => {
  it("are gone, and their folder, when the suite stops", async () => {
    const own = await ProcessGroup.create();
    const { pid } = own.start("sleeper", process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    assert.notEqual(processStart(pid), undefined);
    await own.stop();
    assert.equal(processStart(pid), undefined);
    assert.equal(existsSync(own.directory), false);
  });

  it("are gone, and their folder, when the suite is killed", async () => {
    const program = fileURLToPath(new URL("to-be-killed.ts", import.meta.url));
    const args = ["--conditions=meshwright-source", "--disable-warning=ExperimentalWarning", program];
    const suite = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(suite.stdout, "data")) as [Buffer];
    const { pid, directory } = JSON.parse(line.toString()) as { readonly pid: number; readonly directory: string };
    assert.notEqual(processStart(pid), undefined);
    suite.kill("SIGKILL");
    for (const end = Date.now() + 10_000; existsSync(directory) && Date.now() < end; ) await sleep(20);
    assert.equal(processStart(pid), undefined);
    assert.equal(existsSync(directory), false);
  });
});
