/** Charts from a repository and from a folder: fetched once, and installed only with the locked digest. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chartDigest, sha256 } from "../../../components/charts/chart-digest.ts";
import { placeIn } from "../../../components/charts/find-chart.ts";
import { obtainCharts } from "../../../components/charts/obtain-charts.ts";
import type { Digest, Lock } from "../../../components/deployment/lock.ts";
import { istioCharts } from "../../../components/engines/istio/versions.ts";
import { release } from "../platform/resources.ts";

const version = release.istio.version;
const bytesOf = (chart: string): Buffer => Buffer.from(`the chart ${chart}, packaged`);

const lockOf = (digestOf: (chart: string) => Digest): Lock => ({
  schema: 1,
  releases: {
    [release.name]: {
      charts: Object.fromEntries(istioCharts.map((chart) => [chart, { version, digest: digestOf(chart) }])),
      images: {},
    },
  },
});
const packaged = lockOf((chart) => `sha256:${sha256(bytesOf(chart))}`);

describe("charts", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "meshwright-charts-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  describe("of a repository", () => {
    let server: Server;
    let asked: string[] = [];
    let index: string;
    let flipped: string | undefined;

    before(async () => {
      server = createServer((request, response) => {
        asked.push(request.url ?? "");
        const chart = istioCharts.find((one) => request.url === `/charts/packages/${one}.tgz`);
        if (request.url === "/charts/index.yaml") response.end(index);
        else if (chart === undefined) response.writeHead(404).end();
        else response.end(chart === flipped ? Buffer.concat([bytesOf(chart), Buffer.from("!")]) : bytesOf(chart));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    });
    after(() => server.close());
    beforeEach(() => {
      asked = [];
      flipped = undefined;
      const entries = istioCharts.map((one) => `  ${one}: [{ version: ${version}, urls: [packages/${one}.tgz] }]`);
      index = `apiVersion: v1\nentries:\n${entries.join("\n")}\n`;
    });

    const obtain = (lock = packaged) => {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/charts`;
      return obtainCharts(release, lock, placeIn(folder, { kind: "mirror", url }));
    };
    const refusals = async (lock = packaged) => {
      const obtained = await obtain(lock);
      return obtained.kind === "verified"
        ? []
        : obtained.diagnostics.map(({ code, args }) => `${code} ${String(args.name ?? args.charts)}`);
    };

    it("are fetched once and kept, below the project", async () => {
      assert.equal((await obtain()).kind, "verified");
      const first = asked.length;
      const again = await obtain();
      assert.ok(again.kind === "verified" && asked.length === first, asked.join("\n"));
      for (const path of Object.values(again.charts.paths)) assert.match(path, /^\.\/.*\.cache\/charts\/.*\.tgz$/);
    });

    it("are refused where one byte differs, and where nothing is locked", async () => {
      flipped = "istiod";
      assert.deepEqual(await refusals(), ["MW5111 istiod"]);
      rmSync(join(folder, ".cache"), { recursive: true });
      flipped = undefined;
      const nothing = { schema: 1, releases: {} } as const;
      assert.deepEqual(
        await refusals(nothing),
        istioCharts.map((chart) => `MW5110 ${chart}`),
      );
    });

    it("are refused where what was kept has been changed", async () => {
      await obtain();
      const [kept = ""] = readdirSync(join(folder, ".cache/charts"));
      writeFileSync(join(folder, ".cache/charts", kept, `base-${version}.tgz`), "something else");
      assert.deepEqual(await refusals(), ["MW5111 base"]);
    });

    it("are named together where the index does not have them", async () => {
      index = "apiVersion: v1\nentries: {}\n";
      assert.equal((await refusals()).length, istioCharts.length, "one reason each: their names differ");
      assert.match((await refusals())[0] ?? "", /^MW5112 base$/);
    });
  });

  describe("of a folder", () => {
    const write = (to = folder, stated = version) => {
      for (const chart of istioCharts) {
        mkdirSync(join(to, chart, "templates"), { recursive: true });
        writeFileSync(join(to, chart, "Chart.yaml"), `name: ${chart}\nversion: ${stated}\n`);
        writeFileSync(join(to, chart, "templates/one.yaml"), "kind: One\n");
      }
    };
    const locked = async () => {
      const digests = await Promise.all(
        istioCharts.map(async (chart) => [chart, await chartDigest(join(folder, chart))]),
      );
      return lockOf((chart) => Object.fromEntries(digests)[chart] as Digest);
    };
    const obtain = async (lock: Lock) =>
      obtainCharts(release, lock, placeIn("/nowhere", { kind: "folder", path: folder }));
    const codes = async (lock: Lock) => {
      const obtained = await obtain(lock);
      return obtained.kind === "verified" ? [] : obtained.diagnostics.map(({ code }) => code);
    };

    it("are known by their files: names and contents, not dates or order", async () => {
      write();
      const lock = await locked();
      assert.deepEqual(await codes(lock), []);
      writeFileSync(join(folder, "base/templates/one.yaml"), "kind: One\n");
      assert.deepEqual(await codes(lock), [], "written again");
      writeFileSync(join(folder, "base/templates/one.yaml"), "kind: Two\n");
      assert.deepEqual(await codes(lock), ["MW5111"], "changed");
      writeFileSync(join(folder, "base/templates/one.yaml"), "kind: One\n");
      cpSync(join(folder, "cni/templates/one.yaml"), join(folder, "cni/templates/two.yaml"));
      assert.deepEqual(await codes(lock), ["MW5111"], "a further file");
    });

    it("are refused where they say another version than the release", async () => {
      write(folder, "1.0.0");
      assert.deepEqual(
        await codes(packaged),
        istioCharts.map(() => "MW5112"),
      );
    });

    it("are refused where a link could bring in what nobody reviewed", async () => {
      write();
      symlinkSync("/etc/hostname", join(folder, "base/templates/host.yaml"));
      await assert.rejects(chartDigest(join(folder, "base")), /host\.yaml is neither a file nor a folder/);
    });
  });
});
