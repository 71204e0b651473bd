/** The values of Istio's charts: what we say, where the charts' own defaults would hurt. */
import assert from "node:assert/strict";
import { sizes } from "../../../components/deployment/sizes.ts";
import { controlPlaneCharts, gatewayChart } from "../../../components/engines/istio/install.ts";
import { boutique } from "../platform/boutique.ts";
import { release } from "../platform/resources.ts";

type Values = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const chartsOf = (size: keyof typeof sizes, imageDigests = {}) => {
  const { replicas, controlPlane: resources, proxy } = sizes[size];
  const { version, images } = release.istio;
  const common = { namespace: "istio-system", tag: "prod", trustDomain: "shop.mesh" };
  const charts = controlPlaneCharts({ version, images, imageDigests, replicas, resources, proxy, ...common });
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
    assert.deepEqual(istiod?.env, { ISTIO_MULTIROOT_MESH: "true" });
  });

  it("names images by digest where one is locked, by tag where none is", () => {
    const digest = `sha256:${"a".repeat(64)}`;
    assert.equal(chartsOf("small", { pilot: digest }).istiod?.image, `registry.istio.io/release/pilot@${digest}`);
    assert.deepEqual(chartsOf("small").istiod?.global?.tag, "1.31.4");
    assert.ok(!("image" in (chartsOf("small").istiod ?? {})));
  });

  it("opens the ports that a gateway's listeners have, and no others but its health check", () => {
    const [gateway] = boutique().ir.gateways;
    assert.ok(gateway !== undefined);
    const install = { serviceType: "NodePort", replicas: 1, revision: "prod" } as const;
    const { values, namespace, release: name } = gatewayChart(gateway, { istio: "shop" }, install);
    const { service, labels } = values as unknown as Values;
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
