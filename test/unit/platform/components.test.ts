/** Each component by itself, as another stack uses it. */
import assert from "node:assert/strict";
import {
  type AuthoritySettings,
  CertificateAuthority,
  ControlPlane,
  Gateway,
  install,
  Observability,
  RoutingPolicies,
  renderMesh,
  SecurityPolicies,
  SidecarProxies,
} from "../../../components/platform/index.ts";
import online from "../../../stacks/meshes/online-boutique.ts";
import { boutique, charts } from "./boutique.ts";
import { byType, deploy, named, type Registered } from "./mock-engine.ts";
import { release } from "./resources.ts";

const kindsOf = (resources: readonly Registered[]) =>
  [...new Set(resources.map(({ type }) => type.split(":").at(-1)))].sort();

describe("components alone", () => {
  it("policies register just their own kinds", async () => {
    const mesh = boutique();
    const security = await deploy((provider) => new SecurityPolicies("shop", { mesh }, { provider }));
    assert.deepEqual(kindsOf(security.resources), ["AuthorizationPolicy", "PeerAuthentication", "SecurityPolicies"]);
    const routing = await deploy((provider) => new RoutingPolicies("shop", { mesh }, { provider }));
    assert.deepEqual(kindsOf(routing.resources), [
      "DestinationRule",
      "RoutingPolicies",
      "ServiceEntry",
      "VirtualService",
    ]);
    const told = await deploy((provider) => new Observability("shop", { mesh }, { provider }));
    assert.deepEqual(kindsOf(told.resources), ["Observability", "Telemetry"]);
  });

  it("tell their children what they wait for", async () => {
    const mesh = boutique();
    const { resources } = await deploy((provider) => {
      const before = new SidecarProxies("shop", { mesh, revision: "prod" }, { provider });
      return new SecurityPolicies("shop", { mesh }, { provider, dependsOn: before });
    });
    const [policy] = byType(resources, "kubernetes:security.istio.io/v1:PeerAuthentication");
    assert.ok(policy?.dependsOn.includes("kubernetes:core/v1:Namespace shop/boutique"), String(policy?.dependsOn));
  });

  for (const [namespaces, type, own] of [
    ["create", "Namespace", { "app.kubernetes.io/managed-by": "meshwright", "app.kubernetes.io/part-of": "boutique" }],
    ["label", "NamespacePatch", {}],
  ] as const)
    it(`SidecarProxies (${namespaces}) labels namespaces with the revision, and as its own those that it makes`, async () => {
      const { resources } = await deploy(
        (provider) => new SidecarProxies("shop", { mesh: boutique(), revision: "prod", namespaces }, { provider }),
      );
      const labels = byType(resources, `kubernetes:core/v1:${type}`).map(({ inputs }) => inputs.metadata);
      assert.deepEqual(
        labels,
        ["boutique", "load"].map((name) => ({ name, labels: { "istio.io/rev": "prod", ...own } })),
      );
    });

  it("ControlPlane installs one chart after the other", async () => {
    const plane = install({ release, charts, size: "small", tag: "dev" });
    const { resources, result } = await deploy(
      (provider) => new ControlPlane("istio", { plane, trustDomain: "shop.mesh" }, { provider }),
    );
    assert.deepEqual(named(resources, "istio/cni").dependsOn, ["kubernetes:helm.sh/v4:Chart istio/base"]);
    assert.deepEqual(named(resources, "istio/istiod-1-31-4").dependsOn, ["kubernetes:helm.sh/v4:Chart istio/cni"]);
    assert.deepEqual([result.revision, result.version, result.owned], ["dev", "1.31.4", true]);
  });

  describe("Gateway", () => {
    const gateway = (outputs = {}) =>
      deploy(
        (provider) =>
          new Gateway("edge", { mesh: boutique(), gateway: "shop", charts, revision: "prod" }, { provider }),
        { outputs },
      );

    it("installs proxies with the labels that its rules select, and the ports that they listen on", async () => {
      const { inputs } = named((await gateway()).resources, "edge/proxies");
      const values = inputs.values as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
      assert.deepEqual(values.labels, { istio: "shop" });
      assert.deepEqual(
        (values.service?.ports as readonly { readonly port: number }[] | undefined)?.map(({ port }) => port),
        [15021, 80, 443],
      );
      assert.equal(values.serviceAccount?.name, boutique().ir.gateways[0]?.serviceAccount);
    });

    it("is reached by its name inside the cluster until its address is known", async () => {
      const { result } = await gateway();
      assert.equal(await resolved(result.address), "shop.boutique.svc");
    });

    it("is refused by name where the mesh has none", async () => {
      const args = { mesh: boutique(), gateway: "shopp", charts, revision: "prod" };
      await assert.rejects(
        deploy((provider) => new Gateway("edge", args, { provider })),
        /error MW5120 .*\n(?:.*\n)*.*did you mean "shop"\?/,
      );
    });
  });

  describe("CertificateAuthority", () => {
    const authority = (settings: Partial<AuthoritySettings> = {}, preview = false) =>
      deploy(
        (provider) =>
          new CertificateAuthority(
            "ca",
            {
              authority: {
                kind: "generated",
                roots: [1],
                signer: 1,
                intermediate: 1,
                protect: true,
                ...settings,
              } as AuthoritySettings,
              trustDomain: "shop.mesh",
              namespace: "istio-system",
            },
            { provider },
          ),
        { preview },
      );

    it("protects roots and their keys, and nothing that may be made again", async () => {
      const { resources } = await authority();
      const guarded = resources.filter(({ protect }) => protect).map(({ name }) => name);
      assert.deepEqual(guarded.sort(), ["ca-root-1", "ca-root-1-key"]);
      assert.deepEqual(
        (await authority({ protect: false })).resources.filter(({ protect }) => protect),
        [],
      );
    });

    it("makes keys that every engine takes: ECDSA P-256", async () => {
      const keys = byType((await authority()).resources, "tls:index/privateKey:PrivateKey");
      assert.equal(keys.length, 2);
      for (const { inputs, name } of keys) assert.deepEqual(inputs, { algorithm: "ECDSA", ecdsaCurve: "P256" }, name);
    });

    it("never renews a root by itself, nor replaces it because something else changed", async () => {
      const root = named((await authority()).resources, "ca-root-1");
      assert.ok(!("earlyRenewalHours" in root.inputs));
      for (const key of Object.keys(root.inputs).filter((one) => one !== "privateKeyPem"))
        assert.ok(root.ignoreChanges.includes(key), key);
    });

    for (const preview of [false, true])
      it(`keeps every key a secret${preview ? ", in a preview, too" : ""}`, async () => {
        const { resources } = await authority({}, preview);
        const open = resources.filter((one) => holdsOpenKey(one.inputs)).map(({ name }) => name);
        assert.deepEqual(open, []);
        if (!preview) assert.ok(JSON.stringify(resources).includes("PRIVATE KEY"), "nothing was looked at");
      });

    it("adds a root without touching the first: all of them are trusted, one signs", async () => {
      const before = await authority();
      const after = await authority({ roots: [1, 2] });
      const first = ({ resources }: typeof before) => [
        named(resources, "ca-root-1"),
        named(resources, "ca-root-1-key"),
      ];
      assert.deepEqual(first(after), first(before));
      const signer = (settings: Partial<AuthoritySettings>) =>
        authority(settings).then(({ resources }) => named(resources, "ca-intermediate-1").dependsOn);
      assert.ok((await signer({ roots: [1, 2], signer: 2 })).some((one) => one.endsWith(" ca-root-2")));
      assert.ok(!(await signer({ roots: [1, 2], signer: 1 })).some((one) => one.endsWith(" ca-root-2")));
      const { stringData } = named(after.resources, "ca-cacerts").inputs as {
        readonly stringData: { readonly secret: Readonly<Record<string, string>> };
      };
      assert.equal(stringData.secret["root-cert.pem"], "-----ROOT-----\n-----ROOT-----\n");
    });

    it("leaves issuing to cert-manager, or signs below somebody else's root, without a root of its own", async () => {
      const asked = await deploy(
        (provider) =>
          new CertificateAuthority(
            "ca",
            {
              authority: { kind: "cert-manager", issuer: "corporate", issuerKind: "ClusterIssuer" },
              trustDomain: "shop.mesh",
              namespace: "istio-system",
            },
            { provider },
          ),
      );
      assert.deepEqual(kindsOf(asked.resources), ["Certificate", "CertificateAuthority"]);
      assert.equal(asked.result.trustBundle, undefined);
      const below = await deploy(
        (provider) =>
          new CertificateAuthority(
            "ca",
            {
              authority: { kind: "existing-root", namespace: "pki", name: "root", intermediate: 1 },
              trustDomain: "shop.mesh",
              namespace: "istio-system",
            },
            { provider },
          ),
        { outputs: { "kubernetes:core/v1:Secret": { data: { "tls.crt": "Uk9PVA==", "tls.key": "S0VZ" } } } },
      );
      const signed = named(below.resources, "ca-intermediate-1").inputs;
      assert.deepEqual([signed.caCertPem, signed.caPrivateKeyPem], ["ROOT", { secret: "KEY" }]);
    });
  });
});

describe("renderMesh", () => {
  it("refuses an environment that the mesh does not have, and a mesh with errors", () => {
    assert.throws(() => renderMesh(online, { environment: "prd" }), /MW5012 .*\n(?:.*\n)*.*"prod"/);
    const broken = { ...online, at: () => ({ name: "shop", targets: ["istio"], services: { web: {} } }) };
    assert.throws(() => renderMesh(broken, { environment: "prod" }), /nothing was deployed\n\nerror MW1003/);
  });
});

/** A private key anywhere outside a secret. */
function holdsOpenKey(value: unknown): boolean {
  if (typeof value === "string") return value.includes("PRIVATE KEY");
  if (typeof value !== "object" || value === null || "secret" in value) return false;
  return Object.values(value).some(holdsOpenKey);
}

const resolved = <T>(output: { apply(use: (value: T) => void): unknown }): Promise<T> =>
  new Promise((resolve) => void output.apply(resolve));
