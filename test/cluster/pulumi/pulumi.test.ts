/**
 * The Pulumi program of a mesh, run by Pulumi's real engine against a real API server, which a real istiod watches: every object in the
 * preview, nothing to do the second time, one changed weight one changed object, a renamed service as the golden says, nothing left behind.
 *
 *   MESHWRIGHT_GOLDEN=update   writes renamed-service.txt anew
 */
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Provider } from "@pulumi/kubernetes";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { Mesh } from "meshwright";
import {
  CertificateAuthority,
  deployedObjects,
  deployedRelease,
  existing,
  MeshPlatform,
  renderMesh,
} from "meshwright/pulumi";
import boutique from "../../../stacks/meshes/online-boutique.ts";
import type { ApiClient } from "../api-client.ts";
import { startIstiod } from "../istiod.ts";
import { applyAll } from "../kubernetes.ts";
import type { Parts } from "../parts/find-parts.ts";
import { storedNames } from "../stored-objects.ts";
import { changesOf, type Operation } from "./pulumi-engine.ts";
import { describePulumi, type PulumiCluster } from "./pulumi-suite.ts";

/** What a parameter of the program changes, as an edit of the mesh would. */
interface Edit {
  readonly canaryShare?: number;
  /** What the catalogue is called from now on; its key alone where its name stays. */
  readonly catalogue?: { readonly key: string; readonly name?: string };
}

/** The boutique with another share of the canary, or another name of the catalogue wherever it is named. */
const edited = ({ canaryShare, catalogue }: Edit): Mesh => ({
  ...boutique,
  at: (environment) => {
    const mesh = structuredClone(boutique.at(environment)) as {
      services: { productcatalogservice: { name?: string } };
      routes: { productcatalogservice: { canary: { to: { v1: number; v2: number } } } };
    };
    if (canaryShare !== undefined)
      mesh.routes.productcatalogservice.canary.to = { v1: 100 - canaryShare, v2: canaryShare };
    if (catalogue === undefined) return mesh;
    const { key, name } = catalogue;
    const renamed = JSON.parse(JSON.stringify(mesh).replaceAll('"productcatalogservice"', JSON.stringify(key)));
    if (name !== undefined) renamed.services[key].name = name;
    return renamed;
  },
});

const GOLDEN = new URL("renamed-service.txt", import.meta.url);

const tests = (cluster: () => PulumiCluster, parts: () => Parts<"pilot-discovery">): void => {
  const edit: { current: Edit } = { current: {} };

  before(() => startIstiod(cluster().group, parts(), cluster().kubernetes, { trustDomain: "boutique.mesh" }));

  const program = async () => {
    const kubeconfig = await readFile(cluster().kubernetes.kubeconfig, "utf8");
    const provider = new Provider("cluster", { kubeconfig, enableSecretMutable: true });
    const before = await deployedRelease();
    const deployed = await deployedObjects({ kubeconfig });
    const mesh = renderMesh(edited(edit.current), { environment: "prod", deployed });
    const authority = { kind: "generated", roots: [1], signer: 1, intermediate: 1, protect: false } as const;
    new CertificateAuthority(
      "boutique",
      { authority, trustDomain: mesh.ir.trustDomain, namespace: "istio-system" },
      { provider },
    );
    const controlPlane = existing({ revision: "stable", version: "1.31.4", rootNamespace: "istio-system" });
    const platform = new MeshPlatform("boutique", { mesh, controlPlane }, { provider });
    return { addresses: platform.addresses, release: "2026.11", before };
  };

  const stackOf = (): Promise<Stack> => cluster().engine.stack("boutique", "test", program);
  const rendered = () => renderMesh(edited(edit.current), { environment: "prod" }).objects;

  const names = () =>
    rendered()
      .map(({ object: { kind, metadata } }) => `${kind} ${metadata.namespace}/${metadata.name}`)
      .sort();
  const run = async (operation: Operation) => changesOf(await stackOf(), operation);
  const api = () => cluster().kubernetes.api;

  it("shows every object of the mesh in the preview, and writes none", async () => {
    const changes = await run("preview");
    for (const { id, object } of rendered()) {
      const found = [...changes].filter(
        ([name]) => name.startsWith(`kubernetes:${object.apiVersion}:`) && name.endsWith(`/${id}`),
      );
      assert.deepEqual(
        found.map(([, op]) => op),
        ["create"],
        id,
      );
    }
    assert.deepEqual(await storedNames(api()), []);
  });

  it("deploys exactly what was rendered", async () => {
    await run("up");
    assert.deepEqual(await storedNames(api()), names());
    const { value } = (await (await stackOf()).outputs()).addresses ?? {};
    assert.deepEqual(value, { shop: "shop.boutique.svc" });
  });

  it("keeps of an object what it is, not where in the program it was made", async () => {
    const { deployment } = await (await stackOf()).exportStack();
    const { resources } = deployment as { readonly resources: readonly StoredResource[] };
    const objects = resources.filter(({ type }) => type.startsWith("kubernetes:networking.istio.io/"));
    assert.ok(objects.length > 0);
    assert.deepEqual(
      objects.filter(({ sourcePosition, stackTrace }) => sourcePosition !== undefined || stackTrace !== undefined),
      [],
    );
  });

  it("has nothing to do the second time, knows its own release, and finds no drift: istiod has written, too", async () => {
    await untilIstiodHasWritten(api());
    assert.deepEqual([...(await run("up"))], []);
    assert.equal((await (await stackOf()).outputs()).before?.value, "2026.11");
    assert.deepEqual([...(await run("refresh"))], []);
  });

  it("keeps keys out of its state, in clear, in base64 and in hexadecimal", async () => {
    const key = await signingKey(api());
    const body = key.split("\n")[1] ?? "";
    const canaries = [body, Buffer.from(body).toString("base64").slice(4, 40), Buffer.from(body).toString("hex")];
    const files = await filesBelow(cluster().engine.state);
    assert.ok(files.length > 0 && body.length > 40);
    for (const file of files) {
      const text = await readFile(file, "utf8");
      assert.ok(!canaries.some((canary) => text.includes(canary)) && !text.includes("PRIVATE KEY"), file);
    }
  });

  it("changes exactly one object for one changed weight", async () => {
    edit.current = { canaryShare: 35 };
    const changes = await run("up");
    assert.deepEqual(
      [...changes],
      [
        [
          "kubernetes:networking.istio.io/v1:VirtualService boutique/boutique/productcatalogservice/VirtualService",
          "update",
        ],
      ],
    );
  });

  it("makes a renamed service anew, and of all others only names it: as the golden says, in three ups", async () => {
    edit.current = { ...edit.current, catalogue: { key: "catalogue" } };
    const preview = linesOf(await run("preview"));
    const [first, second] = [linesOf(await run("up")), linesOf(await run("up"))];
    assert.deepEqual(preview, first, "the preview shows what `up` does");
    const text = ["# up", ...first, "", "# up again: what deployed routes led to", ...second, ""].join("\n");
    if (process.env.MESHWRIGHT_GOLDEN === "update") await writeFile(GOLDEN, text);
    assert.equal(text, await readFile(GOLDEN, "utf8"));
    assert.deepEqual(await storedNames(api()), names());
    assert.deepEqual([...(await run("up"))], []);
  });

  it("touches nothing where only the key of a service changes", async () => {
    edit.current = { ...edit.current, catalogue: { key: "products", name: "catalogue" } };
    assert.deepEqual([...(await run("up"))], []);
  });

  it("puts back what somebody changed by hand", async () => {
    const [first] = rendered().filter(({ object }) => object.kind === "PeerAuthentication");
    assert.ok(first !== undefined);
    const spec = { ...(first.object.spec as object), mtls: { mode: "DISABLE" } };
    await applyAll(api(), [{ ...first.object, spec }]);
    assert.deepEqual([...(await run("refresh")).values()], ["update"]);
    assert.deepEqual([...(await run("up")).values()], ["update"]);
    assert.deepEqual([...(await run("up"))], []);
  });

  it("leaves nothing behind but what was there before", async () => {
    await run("destroy");
    assert.deepEqual(await storedNames(api()), []);
    assert.equal((await api().get("/api/v1/namespaces/boutique")).kind, "refused");
    assert.equal((await api().get("/api/v1/namespaces/istio-system")).kind, "ok");
  });
};

describePulumi("cluster: Pulumi beside a real istiod", tests, ["pilot-discovery"]);

/** `operation type name`, sorted. */
const linesOf = (changes: ReadonlyMap<string, string>): readonly string[] =>
  [...changes].map(([resource, operation]) => `${operation} ${resource}`).sort();

interface StoredResource {
  readonly type: string;
  readonly sourcePosition?: string;
  readonly stackTrace?: readonly unknown[];
}

interface ServiceEntries {
  readonly items: readonly { readonly status?: { readonly addresses?: readonly unknown[] } }[];
}

/** It gives each external service an address, and keeps that in the object's status. */
async function untilIstiodHasWritten(api: ApiClient): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(200)) {
    const answer = await api.get("/apis/networking.istio.io/v1/serviceentries");
    const { items } = (answer.kind === "ok" ? answer.body : { items: [] }) as unknown as ServiceEntries;
    if (items.some(({ status }) => (status?.addresses ?? []).length > 0)) return;
  }
  throw new Error("istiod wrote no address into a ServiceEntry");
}

async function signingKey(api: ApiClient): Promise<string> {
  const answer = await api.get("/api/v1/namespaces/istio-system/secrets/cacerts");
  if (answer.kind === "refused") throw new Error(answer.message);
  const { data } = answer.body as unknown as { readonly data: Readonly<Record<string, string>> };
  return Buffer.from(data["ca-key.pem"] ?? "", "base64").toString();
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}
