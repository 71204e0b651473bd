/** The settings of stacks: defaults that are safe, mistakes at their place, and the stack files of this repository. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { readLock } from "../../../components/deployment/lock.ts";
import { readSettings, settingKeys } from "../../../components/deployment/settings.ts";

const existing = { kind: "existing", revision: "stable", version: "1.31.4" };
const told = (data: unknown) =>
  readSettings(data, "prod").diagnostics.map(({ code, path }) => `${code} ${path.join(".")}`);
const repository = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

describe("settings of a stack", () => {
  it("need a control plane; the rest has defaults that are safe", () => {
    assert.deepEqual(readSettings({ controlPlane: existing }, "prod").settings, {
      engine: "istio",
      environment: "prod",
      controlPlane: { ...existing, rootNamespace: "istio-system" },
      certificateAuthority: { kind: "generated", roots: [1], signer: 1, intermediate: 1, protect: true },
      gateways: {},
      namespaces: "create",
      charts: { kind: "official" },
      images: { pullPolicy: "IfNotPresent" },
      cluster: { engines: [] },
    });
    assert.deepEqual(told({}), ["MW1003 controlPlane"]);
  });

  it("sign with the oldest root unless they say otherwise: a new one is trusted first", () => {
    const authority = { kind: "generated", roots: [1, 2] };
    const { settings } = readSettings({ controlPlane: existing, certificateAuthority: authority }, "prod");
    assert.equal(settings?.certificateAuthority.kind === "generated" && settings.certificateAuthority.signer, 1);
  });

  it("are refused at the place of the mistake, all at once", () => {
    const wrong = {
      controlPlane: { kind: "install", release: "latest", sise: "small" },
      gateways: { shop: { exposure: "internet", replicas: 0 } },
      charts: { kind: "mirror", url: "file:///etc/passwd" },
      images: { hub: "https://mirror.example.com/istio", tag: "1.31.4/x", pullPolicy: "Sometimes" },
      certificateAuthority: { kind: "generated", roots: ["one"] },
      clutser: {},
    };
    assert.deepEqual(told(wrong), [
      "MW1001 certificateAuthority.roots.0",
      "MW1001 charts.url",
      "MW1002 clutser",
      "MW1001 controlPlane.release",
      "MW1002 controlPlane.sise",
      "MW1001 gateways.shop.exposure",
      "MW1001 gateways.shop.replicas",
      "MW1001 images.hub",
      "MW1001 images.pullPolicy",
      "MW1001 images.tag",
    ]);
  });

  it("are declared in Pulumi.yaml, each and no other", () => {
    const { config } = parse(repository("Pulumi.yaml")) as { readonly config: Readonly<Record<string, unknown>> };
    assert.deepEqual(Object.keys(config).sort(), [...settingKeys].sort());
  });

  for (const stack of ["dev", "staging", "prod"])
    it(`of ${stack} are right, and hold every key that Pulumi.yaml gives no default`, () => {
      const { config } = parse(repository(`stacks/Pulumi.${stack}.yaml`)) as {
        readonly config: Readonly<Record<string, unknown>>;
      };
      const own = Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^.*?:/, ""), value]));
      const { settings, diagnostics } = readSettings(own, stack);
      assert.deepEqual(diagnostics, []);
      assert.equal(settings?.environment, stack);
      const authority = settings?.certificateAuthority;
      assert.equal(authority?.kind === "generated" && authority.protect, stack !== "dev");
      const declared = (
        parse(repository("Pulumi.yaml")) as { readonly config: Record<string, { readonly default?: unknown }> }
      ).config;
      const required = Object.keys(declared).filter((key) => declared[key]?.default === undefined);
      assert.deepEqual(
        required.filter((key) => !(key in own)),
        [],
      );
    });
});

describe("the lock file", () => {
  it("holds digests and nothing that only looks like one", () => {
    const locked = (digest: string) =>
      readLock({ schema: 1, releases: { "2026.11": { charts: { base: { version: "1.31.4", digest } } } } });
    assert.deepEqual(locked(`sha256:${"a".repeat(64)}`).diagnostics, []);
    for (const wrong of ["sha256:", `sha256:${"A".repeat(64)}`, `md5:${"a".repeat(64)}`, "latest"])
      assert.deepEqual(
        locked(wrong).diagnostics.map(({ code }) => code),
        ["MW1001"],
        wrong,
      );
  });
});
