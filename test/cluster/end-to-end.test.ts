/**
 * The main path with nothing left out: `pulumi up` of our program and the dev stack's file on an empty cluster with a node, the Online
 * Boutique's workloads in pods with injected sidecars, requests through all of it, a canary's next step under load, and the way back.
 *
 * What stands in: applications are the stand-ins of `mesh run`; images are made here and lie on the node (`images: { pullPolicy: Never }`),
 * with the stock Envoy as proxy; Pulumi's language host and, where its plugins are not on PATH, its providers are doubles. The mesh is
 * that of prod, of which the mesh's own tests speak: a canary with a tenth.
 */
import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";
import type { Release } from "../../components/deployment/release.ts";
import { revisionOf } from "../../components/engines/istio/versions.ts";
import { createAuthority } from "../../components/local/certificates.ts";
import { servedBy } from "../../components/local/run-plan.ts";
import { runProbeBy } from "../../components/local/run-probes.ts";
import { startWorkloads, type Workloads } from "../../components/local/workload.ts";
import { compiled, TestMesh } from "../../components/testing/test-mesh.ts";
import { promises } from "../../stacks/meshes/online-boutique.promises.ts";
import boutique, { probes } from "../../stacks/meshes/online-boutique.ts";
import { releaseCatalogue } from "../../stacks/releases/catalogue.ts";
import { certificates } from "./istio-mesh.ts";
import { applyAll } from "./kubernetes.ts";
import { ISTIO_IMAGE_PARTS, istioImages, stockEnvoy } from "./node/istio-images.ts";
import { Load } from "./node/load.ts";
import { NODE_PARTS, Node } from "./node/node.ts";
import { PodMesh } from "./node/pod-mesh.ts";
import { podsIn, untilPodsReady } from "./node/pod-state.ts";
import { PodWorld } from "./node/pod-world.ts";
import { snapshotOf } from "./node/snapshot.ts";
import { standInImage } from "./node/stand-in.ts";
import { onIstio } from "./on-istio.ts";
import { ProcessGroup } from "./process-group.ts";
import { accessOf } from "./pulumi/access-of.ts";
import { createProject, type Project } from "./pulumi/project.ts";
import { startEngine } from "./pulumi/pulumi-engine.ts";
import { PULUMI_PARTS } from "./pulumi/pulumi-part.ts";
import { describeWithNode } from "./with-node.ts";

const ROOT = "istio-system";
const ENVIRONMENT = "prod";
const PATIENCE = 600_000;
const MESH = "stacks/meshes/online-boutique.ts";
const DEV = fileURLToPath(new URL("../../stacks/Pulumi.dev.yaml", import.meta.url));

const ir = compiled(boutique, { environment: ENVIRONMENT });
const release = releaseCatalogue["2026.11"] as Release;
const edge = createAuthority({ trustDomain: "edge.test" });

describeWithNode("cluster: end to end with pods", [...NODE_PARTS, ...ISTIO_IMAGE_PARTS, ...PULUMI_PARTS], (parts) => {
  const began = performance.now();
  let group: ProcessGroup;
  let node: Node;
  let project: Project;
  let mesh: PodMesh;
  let outside: Workloads | undefined;
  let atFirst: ReadonlySet<string>;

  before(async function () {
    this.timeout(PATIENCE);
    group = await ProcessGroup.create();
    const { caPem } = await edge;
    node = await Node.start(group, parts(), {
      images: [standInImage, ...istioImages(release.istio.images, parts())],
      // What a proxy trusts outside is what its image trusts.
      base: { "/etc/ssl/certs/ca-certificates.crt": { text: caPem } },
    });
    // Written once at the end, the state costs no time that this suite is about.
    const settings = { PULUMI_SKIP_CHECKPOINTS: "true", KUBECONFIG: node.kubernetes.kubeconfig };
    const program = { nodes: true, from: join(group.directory, "project/stacks") };
    const engine = await startEngine(group, parts(), await accessOf(node.kubernetes), settings, program);
    console.log(`    providers: ${engine.providers}; language host: the double of test/cluster/pulumi`);
    project = await createProject(group.directory, await stackFile(), engine.env);
    await cp(parts()["istio-charts"], join(project.folder, "charts"), { recursive: true });
    mesh = new PodMesh(node, ir, { edgeCa: caPem, rootNamespace: ROOT });
    outside = await startOutside();
    atFirst = await snapshotOf(node.kubernetes.api);
  });

  after(async () => {
    await mesh?.stop();
    await outside?.close();
    node?.kubernetes.api.close();
    await group?.stop();
    node?.forget();
    console.log(`    ${Math.round((performance.now() - began) / 1_000)} s`);
  });

  /** The dev stack's, for a machine that reaches nobody. */
  async function stackFile(): Promise<string> {
    const { config } = parse(await readFile(DEV, "utf8")) as { readonly config: Readonly<Record<string, unknown>> };
    const here = {
      environment: ENVIRONMENT,
      charts: { kind: "folder", path: "charts" },
      images: { pullPolicy: "Never" },
      cluster: { context: "test" },
    };
    const named = Object.entries(here).map(([key, value]) => [`online-boutique:${key}`, value]);
    return stringify({ config: { ...config, ...Object.fromEntries(named) } });
  }

  /** What answers for every host outside: this machine, at the end of the node's link. */
  async function startOutside(): Promise<Workloads> {
    const externals = ir.externals.flatMap((external) =>
      external.ports.map(async (port) => {
        const { certificatePem, keyPem } = await (await edge).issueServer([external.host]);
        const files = { certFile: join(group.directory, "outside.crt"), keyFile: join(group.directory, "outside.key") };
        await writeFile(files.certFile, certificatePem);
        await writeFile(files.keyFile, keyPem, { mode: 0o600 });
        const serves = servedBy(external, port);
        return { host: external.host, address: node.space.outside, port: port.number, serves, ...files };
      }),
    );
    return startWorkloads({ workloads: [], externals: await Promise.all(externals) });
  }

  /** As soon as istiod takes it: the proxies are the stock Envoy. */
  async function applyStockEnvoy(): Promise<void> {
    let last = "";
    for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(300)) {
      node.kubernetes.api.forgetKinds();
      const answer = await node.kubernetes.api.apply(stockEnvoy(ROOT));
      if (answer.kind === "ok") return;
      last = answer.message;
    }
    throw new Error(`istiod does not take an EnvoyFilter: ${last}`);
  }

  const up = async (...more: readonly string[]): Promise<string> => {
    const { code, output } = await project.pulumi("up", "--yes", "--skip-preview", ...more);
    assert.equal(code, 0, output);
    return output;
  };

  /** The mesh that the stack deploys, with something else in it. */
  async function edit(from: string, to: string): Promise<void> {
    const file = join(project.folder, MESH);
    const text = await readFile(file, "utf8");
    assert.ok(text.includes(from));
    await writeFile(file, text.replace(from, to));
  }

  describe("deployed", () => {
    it("installs everything on an empty cluster", async function () {
      this.timeout(PATIENCE);
      assert.equal((await project.pulumi("stack", "init", "test")).code, 0);
      const locked = await project.mesh("lock");
      assert.equal(locked.code, 0, locked.output);
      await Promise.all([up(), applyStockEnvoy()]);
      await applyAll(node.kubernetes.api, await certificates(ir, await edge));
    });

    it("has a second control plane, as every size but the smallest", async function () {
      this.timeout(PATIENCE);
      const { api } = node.kubernetes;
      const { length } = await podsIn(api, ROOT);
      // What the autoscaler of those sizes does. A machine for tests has not the processors that they ask for.
      const scale = `/apis/apps/v1/namespaces/${ROOT}/deployments/istiod-${revisionOf(release.istio.version)}/scale`;
      const answer = await api.send("PATCH", scale, { spec: { replicas: 2 } }, "application/merge-patch+json");
      assert.equal(answer.kind, "ok");
      await untilPodsReady(api, ROOT, length + 1, 60);
    });

    it("gives every pod of the mesh a sidecar", async function () {
      this.timeout(PATIENCE);
      await mesh.deploy(180);
      const sidecars = mesh.pods.filter(({ status }) => status.initContainerStatuses?.some(isProxy));
      const gateways = mesh.pods.filter(({ status }) => status.containerStatuses?.some(isProxy));
      assert.equal(gateways.length, ir.gateways.length);
      assert.equal(sidecars.length, mesh.pods.length - gateways.length);
      await mesh.settle();
      console.log(`        ${mesh.pods.length} pods`);
    });
  });

  describe("what is asked of it", () => {
    for (const probe of probes.filter((one) => (one.environment ?? ENVIRONMENT) === ENVIRONMENT))
      it(probe.name, async () => {
        const { agrees, expected, seen } = await runProbeBy((one) => mesh.ask(one), onIstio(probe, ir));
        assert.ok(agrees, `expected ${expected}, saw ${seen}`);
      }).timeout(60_000);
  });

  describe("the tests of the mesh, by the simulator and by the pods", function () {
    this.timeout(60_000);
    promises(new TestMesh(ir, new PodWorld(() => mesh, ir)));
  });

  describe("deployed again", () => {
    it("has nothing to do the second time", async function () {
      this.timeout(PATIENCE);
      await up("--expect-no-changes");
    });

    it("takes a canary from a tenth to a half under load, and loses no request", async function () {
      this.timeout(PATIENCE);
      const catalogue = probes.find(({ expect }) => expect.shares?.v2 === 10);
      assert.ok(catalogue !== undefined);
      const load = new Load(() => mesh.ask(catalogue));
      try {
        await load.untilSent(200);
        await edit('prod: { host: "shop.example.com" }', 'prod: { host: "shop.example.com", canaryShare: 50 }');
        // Ads of the house come from where none came from before: that route waits until proxies know the way.
        await edit("adservice: { chaos:", `adservice: { house: { ${HOUSE_ADS} }, chaos:`);
        const output = await up();
        const [said, proxies] = /(\d+) proxies know where routes will lead, after .*? s/.exec(output) ?? [];
        assert.equal(Number(proxies), mesh.pods.length, output);
        const each = (await mesh.connected()).map(({ length }) => length);
        assert.ok(each.length === 2 && each.every((count) => count > 0), `${each}`);
        console.log(`        ${said}, ${each.join(" and ")} from two istiods`);
        await mesh.settle();
        await load.untilSent(400);
      } finally {
        await load.stop();
      }
      assert.equal(load.lost, "");
      // Four standard deviations.
      assert.ok(Math.abs(load.share("v2", 400) - 200) <= 40, `${load.share("v2", 400)} of the last 400`);
      console.log(`        ${load.sent} requests, 0 lost; of the last 400 the canary got ${load.share("v2", 400)}`);
    });
  });

  describe("destroyed", () => {
    it("leaves the cluster as it was, but for what others keep", async function () {
      this.timeout(PATIENCE);
      await mesh.stop();
      const { code, output } = await project.pulumi("destroy", "--yes", "--skip-preview");
      assert.equal(code, 0, output);
      const atLast = await snapshotOf(node.kubernetes.api);
      const left = [...atLast].filter((one) => !atFirst.has(one) && !isKept(one));
      assert.deepEqual(left, []);
      assert.deepEqual(
        [...atFirst].filter((one) => !atLast.has(one)),
        [],
      );
    });
  });
});

const HOUSE_ADS = 'when: header("x-house").is("1"), priority: 1, to: toService("recommendationservice")';

const isProxy = ({ name }: { readonly name: string }): boolean => name === "istio-proxy";

/**
 * Deleting a CRD would delete everybody's objects of its kind, so CRDs stay, and the versions that the server makes of them. istiod writes
 * what proxies trust into every namespace, and takes it from none.
 */
const KEPT = [
  /^CustomResourceDefinition /,
  /^APIService \/\S+\.istio\.io$/,
  /^ConfigMap [^/]+\/istio-ca-(?:root-cert|crl)$/,
];

const isKept = (object: string): boolean => KEPT.some((pattern) => pattern.test(object));
