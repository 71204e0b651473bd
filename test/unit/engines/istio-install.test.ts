/** The values of Istio's charts: what we say, where the charts' own defaults would hurt. */
import assert from "node:assert/strict";
import { sizes } from "../../../components/deployment/sizes.ts";
import { controlPlaneCharts, gatewayChart } from "../../../components/engines/istio/install.ts";
import { meshConfig } from "../../../components/engines/istio/mesh-config.ts";
import type { IstioImages } from "../../../components/engines/istio/versions.ts";
import { boutique } from "../platform/boutique.ts";
import { release } from "../platform/resources.ts";

type Values = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const chartsOf = (size: keyof typeof sizes, imageDigests = {}, place: Partial<IstioImages> = {}) => {
  const { replicas, controlPlane: resources, proxy } = sizes[size];
  const { version, images: official } = release.istio;
  const images = { ...official, ...place };
  const pullPolicy = "Never";
  const common = { namespace: "istio-system", tag: "prod", trustDomain: "shop.mesh" };
  const charts = controlPlaneCharts({
    version,
    images,
    pullPolicy,
    imageDigests,
    replicas,
    resources,
    proxy,
    ...common,
  });
  return Object.fromEntries(charts.map(({ chart, values }) => [chart, values as unknown as Values]));
};

describe("installing Istio", () => {
  it("lets Helm and istiod write the same failure policy, or the next `up` would meet a conflict", () => {
    const { base, istiod } = chartsOf("standard");
    assert.equal(base?.base?.validationFailurePolicy, "Fail");
    assert.equal(istiod?.base?.validationFailurePolicy, "Fail");
  });

  it("sends objects without a revision to the revision that is installed", () => {
    const { base, istiod } = chartsOf("standard");
    assert.equal(base?.defaultRevision, "1-31-4");
    assert.equal(istiod?.revision, "1-31-4");
    assert.deepEqual(istiod?.revisionTags, ["prod"]);
  });

  it("keeps enough control planes for a drain, and no budget that would block one", () => {
    const { istiod } = chartsOf("standard");
    assert.deepEqual([istiod?.autoscaleMin, istiod?.pdb], [2, { minAvailable: 1 }]);
    const { istiod: single } = chartsOf("small");
    assert.deepEqual(single?.global?.defaultPodDisruptionBudget, { enabled: false });
  });

  it("closes the way out, makes paths one, and is ready for a second root", () => {
    const { istiod } = chartsOf("large");
    assert.deepEqual(istiod?.meshConfig?.outboundTrafficPolicy, { mode: "REGISTRY_ONLY" });
    assert.deepEqual(istiod?.meshConfig?.pathNormalization, { normalization: "DECODE_AND_MERGE_SLASHES" });
    assert.equal(istiod?.env?.ISTIO_MULTIROOT_MESH, "true");
  });

  it("lets a Gateway speak for proxies of its own namespace alone", () => {
    assert.equal(chartsOf("small").istiod?.env?.PILOT_SCOPE_GATEWAY_TO_NAMESPACE, "true");
  });

  it("makes proxies refuse a fragment, and gateways what the edge asks for, where that can be said", () => {
    const { connectionSettings, ...always } = meshConfig({ version: "1.31.4", trustDomain: "shop.mesh" }).defaultConfig;
    assert.deepEqual(connectionSettings, { profile: "EDGE" });
    assert.deepEqual(always.runtimeValues, { "envoy.reloadable_features.http_reject_path_with_fragment": "true" });
    // Its injector knows no such field and would refuse every pod.
    assert.deepEqual(meshConfig({ version: "1.30.3", trustDomain: "shop.mesh" }).defaultConfig, always);
  });

  it("names images by digest where one is locked, by tag where none is", () => {
    const digest = `sha256:${"a".repeat(64)}`;
    assert.equal(
      chartsOf("small", { "pilot:1.31.4": digest }).istiod?.image,
      `registry.istio.io/release/pilot@${digest}`,
    );
    assert.deepEqual(chartsOf("small").istiod?.global?.tag, "1.31.4");
    assert.ok(!("image" in (chartsOf("small").istiod ?? {})));
  });

  it("takes images from a mirror, by the same digests, and another build by its own", () => {
    const digests = { "pilot:1.31.4": `sha256:${"a".repeat(64)}`, "pilot:1.31.4-own": `sha256:${"b".repeat(64)}` };
    const { istiod: mirrored } = chartsOf("small", digests, { hub: "mirror.example/istio" });
    assert.equal(mirrored?.image, `mirror.example/istio/pilot@${digests["pilot:1.31.4"]}`);
    const { istiod: other } = chartsOf("small", digests, { tag: "1.31.4-own" });
    assert.equal(other?.image, `registry.istio.io/release/pilot@${digests["pilot:1.31.4-own"]}`);
  });

  it("asks registries as a stack says: everywhere, gateways too, whose charts have a setting of their own", () => {
    const { istiod, cni } = chartsOf("small");
    assert.deepEqual([istiod?.global?.imagePullPolicy, cni?.global?.imagePullPolicy], ["Never", "Never"]);
  });

  it("opens the ports that a gateway's listeners have, and no others but its health check", () => {
    const [gateway] = boutique().ir.gateways;
    assert.ok(gateway !== undefined);
    const install = { serviceType: "NodePort", replicas: 1, revision: "prod", pullPolicy: "Never" } as const;
    const { values, namespace, release: name } = gatewayChart(gateway, { istio: "shop" }, install);
    const { service, labels, imagePullPolicy } = values as unknown as Values;
    assert.equal(imagePullPolicy, "Never");
    assert.deepEqual([namespace, name, labels], ["boutique", "shop", { istio: "shop" }]);
    assert.deepEqual(
      (service?.ports as readonly object[] | undefined)?.map((port) => Object.values(port)),
      [
        ["status-port", 15021, 15021, "TCP"],
        ["http-plain", 80, 80, "TCP"],
        ["https-secure", 443, 443, "TCP"],
      ],
    );
  });
});
