/**
 * The Pulumi program of a mesh, run by Pulumi's real engine against a real API server: every object in the preview, nothing to do the
 * second time, one changed weight one changed object, nothing left behind.
 */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Provider } from "@pulumi/kubernetes";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { Mesh } from "meshwright";
import { CertificateAuthority, deployedRelease, existing, MeshPlatform, renderMesh } from "meshwright/pulumi";
import boutique from "../../../stacks/meshes/online-boutique.ts";
import type { ApiClient } from "../api-client.ts";
import { applyAll } from "../kubernetes.ts";
import { storedNames } from "../stored-objects.ts";
import { changesOf, type Operation } from "./pulumi-engine.ts";
import { describePulumi } from "./pulumi-suite.ts";

/** What a parameter of the program changes, as an edit of the mesh would. */
interface Edit {
  readonly canaryShare?: number;
}

/** The boutique with another share of the canary. */
const edited = ({ canaryShare }: Edit): Mesh => ({
  ...boutique,
  at: (environment) => {
    const mesh = structuredClone(boutique.at(environment)) as {
      routes: { productcatalogservice: { canary: { to: { v1: number; v2: number } } } };
    };
    if (canaryShare !== undefined)
      mesh.routes.productcatalogservice.canary.to = { v1: 100 - canaryShare, v2: canaryShare };
    return mesh;
  },
});

describePulumi("cluster: Pulumi", (cluster) => {
  const edit: { current: Edit } = { current: {} };

  const program = async () => {
    const { kubernetes } = cluster();
    const provider = new Provider("cluster", { kubeconfig: kubernetes.kubeconfig, enableSecretMutable: true });
    const before = await deployedRelease();
    const mesh = renderMesh(edited(edit.current), { environment: "prod" });
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
    const stored = await storedNames(api());
    assert.deepEqual(
      stored,
      rendered()
        .map(({ object }) => `${object.kind} ${object.metadata.namespace}/${object.metadata.name}`)
        .sort(),
    );
    const { value } = (await (await stackOf()).outputs()).addresses ?? {};
    assert.deepEqual(value, { shop: "shop.boutique.svc" });
  });

  it("has nothing to do the second time, knows its own release, and finds no drift", async () => {
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
});

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
