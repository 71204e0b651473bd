/** A secret that somebody wrote where it is only named stays where they wrote it. */
import assert from "node:assert/strict";
import { readSettings } from "../../components/deployment/settings.ts";
import { compile, formatText, type Mesh } from "../../components/index.ts";
import { catalogue } from "../../components/passes/catalogue.ts";

const KEY = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49canary\n-----END PRIVATE KEY-----";

const mesh = (certificate: unknown) =>
  ({
    name: "shop",
    targets: ["istio"],
    services: { web: { ports: { http: { kind: "http", number: 80 } } } },
    externals: {
      pay: {
        host: "pay.example.com",
        ports: { https: { kind: "http", number: 443 } },
        tls: { kind: "verified", roots: certificate },
      },
    },
    gateways: {
      front: {
        listeners: { web: { kind: "https", port: 443, hosts: ["shop.example.com"], certificate } },
        routes: { page: { to: "web" } },
      },
    },
  }) as unknown as ReturnType<Mesh["at"]>;

describe("a secret in the place of its name", () => {
  for (const [what, certificate] of Object.entries({
    "as text": KEY,
    "in a list": [KEY],
    "as its namespace": { kind: "secret-ref", namespace: KEY, name: "web", key: "tls" },
    "as its name": { kind: "secret-ref", namespace: "shop", name: KEY, key: "tls" },
    "beside its name": { kind: "secret-ref", namespace: "shop", name: "web", key: "tls", value: KEY },
    "as its kind": { kind: KEY, namespace: "shop", name: "web", key: "tls" },
  }))
    it(`${what}, is refused without being shown`, () => {
      const { diagnostics } = compile(mesh(certificate));
      assert.ok(diagnostics.some(({ path }) => path.includes("certificate")));
      assert.doesNotMatch(JSON.stringify(diagnostics) + formatText(catalogue, diagnostics), /canary/);
    });

  it("is not shown of a stack, either", () => {
    for (const place of [
      { namespace: KEY, name: "cacerts" },
      { namespace: "istio-system", name: KEY },
    ]) {
      const written = { environment: "prod", certificateAuthority: { kind: "existing-root", ...place } };
      const { diagnostics } = readSettings(written, "prod");
      assert.ok(diagnostics.some(({ path }) => path.includes("certificateAuthority")));
      assert.doesNotMatch(JSON.stringify(diagnostics), /canary/);
    }
  });
});
