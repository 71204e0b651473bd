/** Which release may follow which, and what a release must agree with. */
import assert from "node:assert/strict";
import {
  checkGatewayApi,
  checkKubernetes,
  checkStep,
  findRelease,
} from "../../../components/deployment/check-release.ts";
import type { Release, ReleaseCatalogue } from "../../../components/deployment/release.ts";
import { compareVersions, isWithin, minorOf, parseVersion } from "../../../components/deployment/version.ts";
import { istioCharts } from "../../../components/engines/istio/versions.ts";
import { releases } from "../../../components/engines/releases.ts";
import { isCalendarDate } from "../../../components/values/calendar-date.ts";
import { releaseCatalogue } from "../../../stacks/releases/catalogue.ts";

const like = (name: string, version: string): Release => {
  const [one] = Object.values(releaseCatalogue) as [Release, ...Release[]];
  return { ...one, name, istio: { ...one.istio, version } };
};
const catalogueOf = (...versions: readonly (readonly [string, string])[]): ReleaseCatalogue =>
  Object.fromEntries(versions.map(([name, version]) => [name, like(name, version)]));

const four = catalogueOf(["2026.02", "1.28.4"], ["2026.05", "1.29.2"], ["2026.08", "1.30.3"], ["2026.11", "1.31.4"]);
const step = (from: string | undefined, to: string, catalogue = four) =>
  checkStep(catalogue, from, catalogue[to] as Release).map(({ code, args }) => [code, args.allowed ?? args.steps]);

describe("releases", () => {
  it("follow each other by at most one minor release of the engine", () => {
    assert.deepEqual(step(undefined, "2026.02"), []);
    assert.deepEqual(step("2026.08", "2026.08"), []);
    assert.deepEqual(step("2026.08", "2026.11"), []);
    assert.deepEqual(step("2026.02", "2026.11"), [["MW5102", ["2026.05", "2026.08", "2026.11"]]]);
  });

  it("never go back, and say what is allowed instead", () => {
    assert.deepEqual(step("2026.08", "2026.05"), [["MW5101", ["2026.11"]]]);
    assert.deepEqual(step("2026.11", "2026.02"), [["MW5101", []]]);
  });

  it("say that there is no way where the catalogue has a gap", () => {
    const gap = catalogueOf(["2026.02", "1.28.4"], ["2026.11", "1.31.4"]);
    assert.deepEqual(step("2026.02", "2026.11", gap), [["MW5102", []]]);
  });

  it("are refused after one that the catalogue does not know: it may be newer than the checkout, or too old", () => {
    const codes = (from: string, to: string, catalogue: ReleaseCatalogue) =>
      checkStep(catalogue, from, catalogue[to] as Release).map(({ code, args }) => [code, args.deployed, args.next]);
    const older = catalogueOf(["2026.05", "1.29.2"], ["2026.08", "1.30.3"]);
    assert.deepEqual(codes("2026.11", "2026.08", older), [["MW5106", "2026.11", "2026.08"]]);
    assert.deepEqual(codes("2025.01", "2026.11", four), [["MW5106", "2025.01", "2026.11"]]);
    assert.deepEqual(codes("constructor", "2026.11", four), [["MW5106", "constructor", "2026.11"]]);
  });

  it("are found by name only", () => {
    assert.equal((findRelease(releaseCatalogue, "constructor") as { readonly code?: string }).code, "MW5100");
    assert.equal((findRelease(releaseCatalogue, "2026.11") as Release).istio.version, "1.31.4");
  });

  it("compare the minor release of Kubernetes, however a cloud writes its patches", () => {
    const release = like("2026.11", "1.31.4");
    const codes = (kubernetes: string) =>
      checkKubernetes(
        { ...release, kubernetes: { from: "1.32", to: "1.36", source: "" } },
        { kubernetes, engines: [] },
      ).map(({ code }) => code);
    assert.deepEqual(["1.31.9", "1.32", "v1.36.3-gke.1005000", "1.37.0"].map(codes), [["MW5104"], [], [], ["MW5104"]]);
  });

  it("agree with every engine of the cluster about the Gateway API: 1.5.1 is the line of all", () => {
    const refused = (version: string) =>
      checkGatewayApi(version, ["istio", "linkerd", "consul"]).map(({ args }) => args.engine);
    assert.deepEqual(refused("1.5.1"), []);
    assert.deepEqual(refused("1.4.0"), ["istio", "consul"]);
    assert.deepEqual(refused("1.6.1"), ["linkerd", "consul"]);
  });

  describe("of the catalogue", () => {
    for (const [name, release] of Object.entries(releaseCatalogue))
      it(`${name} is whole: known line, one version for all charts and images, dated, with its sources`, () => {
        const { istio, date, kubernetes } = release;
        assert.equal(release.name, name);
        assert.ok(isCalendarDate(date) && name === date.slice(0, 7).replace("-", "."));
        assert.ok(
          (releases.istio as readonly string[]).includes(istio.release) && minorOf(istio.version) === istio.release,
        );
        assert.deepEqual(new Set([...Object.values(istio.charts), istio.images.tag]), new Set([istio.version]));
        assert.deepEqual(Object.keys(istio.charts).sort(), [...istioCharts].sort());
        assert.ok(istio.source !== "" && kubernetes.source !== "");
        assert.ok(compareVersions(kubernetes.from, kubernetes.to) < 0);
        assert.deepEqual(checkGatewayApi(release.gatewayApi.version, ["istio"]), []);
      });
  });
});

describe("versions", () => {
  it("are three numbers, of which the last may be missing; what follows names a build", () => {
    assert.deepEqual(parseVersion("1.31.4"), { major: 1, minor: 31, patch: 4 });
    assert.deepEqual(parseVersion("v1.36"), { major: 1, minor: 36, patch: 0 });
    for (const wrong of ["", "1", "1.", "01.2.3", "1.2.3.4", "1.31.x", "latest", "1.31.4\n"])
      assert.equal(parseVersion(wrong), undefined, wrong);
  });

  it("compare as numbers, not as text", () => {
    assert.ok(compareVersions("1.9.0", "1.10.0") < 0 && compareVersions("1.10", "1.10.0") === 0);
    assert.ok(isWithin("1.36.9", { from: "1.32", to: "1.36" }) && !isWithin("1.4.0", { from: "1.32", to: "1.36" }));
  });
});
