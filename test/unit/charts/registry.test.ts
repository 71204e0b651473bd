/** Images and charts of a registry, which a double plays: what is recorded is what came, and what came is what is installed. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256 } from "../../../components/charts/chart-digest.ts";
import { placeIn } from "../../../components/charts/find-chart.ts";
import { findImages } from "../../../components/charts/find-images.ts";
import { obtainCharts } from "../../../components/charts/obtain-charts.ts";
import { repositoryNamed } from "../../../components/charts/registry.ts";
import type { Lock } from "../../../components/deployment/lock.ts";
import { istioCharts, istioImages } from "../../../components/engines/istio/versions.ts";
import { release } from "../platform/resources.ts";
import { type RegistryDouble, startRegistry } from "./registry-double.ts";

const INDEX = "application/vnd.oci.image.index.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const CHART = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
const MAIN = fileURLToPath(new URL("../../../cli/main.ts", import.meta.url));

const { tag } = release.istio.images;
const { version } = release.istio;

describe("a registry (a double)", () => {
  let registry: RegistryDouble;
  let folder: string;
  let digests: Readonly<Record<string, string>>;

  before(async () => {
    registry = await startRegistry();
    digests = Object.fromEntries(
      istioImages.map((image) => {
        const manifests = [{ mediaType: MANIFEST, platform: { architecture: "arm64", os: "linux" } }];
        const digest = registry.addManifest(`istio/${image}`, tag, INDEX, { schemaVersion: 2, image, manifests });
        return [`${image}:${tag}`, digest];
      }),
    );
    for (const chart of istioCharts) {
      const digest = registry.addBlob(`charts/${chart}`, packaged(chart));
      const layers = [
        { mediaType: "application/json", digest: "sha256:0" },
        { mediaType: CHART, digest },
      ];
      registry.addManifest(`charts/${chart}`, version, MANIFEST, { schemaVersion: 2, layers });
    }
  });
  after(() => registry.close());
  beforeEach(() => {
    registry.meddle = undefined;
    registry.asked.length = 0;
    folder = mkdtempSync(join(tmpdir(), "meshwright-registry-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const packaged = (chart: string): Buffer => Buffer.from(`the chart ${chart}, packaged`);
  const asked = (of = tag) => findImages({ hub: `${registry.host}/istio`, tag: of, pullPolicy: "IfNotPresent" });
  const problem = async (of = tag) => {
    const { images, problems } = await asked(of);
    assert.deepEqual(images, [], "what is refused is not recorded");
    return problems.map(({ code, args }) => `${code} ${String(args.images)}: ${String(args.message)}`).join("\n");
  };
  const meddleWith = (part: string, answer: (response: ServerResponse, request: IncomingMessage) => void) => {
    registry.meddle = (request, response) => {
      const meddled = request.url?.includes(part) ?? false;
      if (meddled) answer(response, request);
      return meddled;
    };
  };

  describe("has images", () => {
    it("whose digests are those of all platforms together, asked for with a token that may pull and no more", async () => {
      const { images, problems } = await asked();
      assert.deepEqual(problems, []);
      assert.deepEqual(Object.fromEntries(images.map(({ name, digest }) => [name, digest])), digests);
      assert.ok(
        registry.asked.some((url) => url.startsWith("/token?")),
        registry.asked.join("\n"),
      );
    });

    it("that are refused where what comes is not what its digest says", async () => {
      meddleWith("/manifests/", (response) =>
        response.writeHead(200, { "docker-content-digest": `sha256:${"a".repeat(64)}` }).end("{}"),
      );
      assert.match(
        await problem(),
        new RegExp(`istio/pilot:${tag} is said to be sha256:a+, and came as sha256:44136f`),
      );
    });

    it("that are not invented where it has none, wants a password, or cannot be reached", async () => {
      assert.match(
        await problem("9.9.9"),
        /^MW5114 pilot:9\.9\.9: \/v2\/istio\/pilot\/manifests\/9\.9\.9 answered 404$/m,
      );
      meddleWith("/manifests/", (response) => response.writeHead(401, { "www-authenticate": "Basic realm=x" }).end());
      assert.match(await problem(), /asks for a password/);
      meddleWith("/token", (response) => response.end("{}"));
      assert.match(await problem(), /gave no token/);
      meddleWith("/manifests/", (response) => response.destroy());
      assert.match(await problem(), /fetch failed/);
    });
  });

  describe("has charts", () => {
    const lock: Lock = {
      schema: 1,
      releases: {
        [release.name]: {
          charts: Object.fromEntries(
            istioCharts.map((chart) => [chart, { version, digest: `sha256:${sha256(packaged(chart))}` as const }]),
          ),
          images: {},
        },
      },
    };
    const obtain = () =>
      obtainCharts(release, lock, placeIn(folder, { kind: "mirror", url: `oci://${registry.host}/charts` }));

    it("that are the packages which Helm pushed there", async () => {
      const obtained = await obtain();
      assert.ok(obtained.kind === "verified", JSON.stringify(obtained));
      for (const [chart, path] of Object.entries(obtained.charts.paths))
        assert.deepEqual(readFileSync(path), packaged(chart));
    });

    it("that are refused where their bytes are others than their manifest says", async () => {
      meddleWith("/charts/istiod/blobs/", (response) => response.end("another chart"));
      const obtained = await obtain();
      assert.deepEqual(
        obtained.kind === "refused" && obtained.diagnostics.map(({ code, args }) => `${code} ${String(args.charts)}`),
        ["MW5112 istiod"],
      );
    });
  });

  it("is what `mesh lock` asks, and what it records is enough for a stack that pins the release", async () => {
    const stack = `config:
  shop:environment: default
  shop:controlPlane: { kind: install, release: "${release.name}" }
  shop:charts: { kind: mirror, url: "oci://${registry.host}/charts" }
  shop:images: { hub: "${registry.host}/istio" }
`;
    writeFileSync(join(folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
    writeFileSync(join(folder, "Pulumi.prod.yaml"), stack);
    const services = { web: { ports: { http: { kind: "http", number: 80 } } } };
    writeFileSync(join(folder, "shop.json"), JSON.stringify({ name: "shop", targets: ["istio"], services }));
    const check = () => mesh(folder, "check", "shop.json", "--stack", "Pulumi.prod.yaml");
    assert.match(await check(), /MW5110 charts-not-locked[\s\S]*run `mesh lock`/);
    assert.equal(await mesh(folder, "lock"), "mesh.lock.json: written, 4 charts, 3 images\n");
    const { releases } = JSON.parse(readFileSync(join(folder, "mesh.lock.json"), "utf8")) as Lock;
    assert.deepEqual(releases[release.name]?.images, digests);
    assert.doesNotMatch(await check(), /MW/);
    assert.equal(await mesh(folder, "lock"), "mesh.lock.json: unchanged, 4 charts, 3 images\n");
    writeFileSync(join(folder, "Pulumi.prod.yaml"), stack.replace("images: {", "images: { tag: own,"));
    assert.match(await check(), /MW5113 images-not-locked[\s\S]*pilot:own/);
  });

  it("is found by an image's name, as everywhere: where none is named it is Docker Hub", () => {
    const found = (name: string) => Object.values(repositoryNamed(name)).join(" ");
    assert.equal(found("images.example.com/a/pilot"), "images.example.com a/pilot");
    assert.equal(found("localhost/pilot"), "localhost pilot");
    assert.equal(found("mirror:5000/pilot"), "mirror:5000 pilot");
    assert.equal(found("istio/pilot"), "registry-1.docker.io istio/pilot");
    assert.equal(found("docker.io/istio/pilot"), "registry-1.docker.io istio/pilot");
    assert.equal(found("docker.io/pilot"), "registry-1.docker.io library/pilot");
  });
});

/** Not a blocking call: the double answers in this process. */
const mesh = (cwd: string, ...args: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    const node = ["--conditions=meshwright-source", "--disable-warning=ExperimentalWarning", MAIN];
    execFile(process.execPath, [...node, ...args], { cwd, encoding: "utf8" }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
