/**
 * Istio's own validation, that of its admission webhook, takes every object of every golden mesh, and its analyzer finds nothing to say.
 * It is strict: a field that it does not know is refused, as the last tests show. Acceptance proves syntax; what the proxies do is for
 * the tests with a real istiod. Needs `istioctl`: on PATH, or among the parts that `npm run test:cluster` builds.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { formatObjects } from "../../cli/object-files.ts";
import { cacheDirectory } from "../../components/local/cache-directory.ts";
import { skip } from "../skip.ts";
import { findCases } from "./find-cases.ts";
import { compileCase } from "./render-case.ts";

function findIstioctl(): string | undefined {
  const onPath = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "istioctl"));
  const parts = join(cacheDirectory(process.env), "parts");
  const built = existsSync(parts) ? readdirSync(parts).filter((name) => name.startsWith("istioctl-")) : [];
  return [...onPath, ...built.map((name) => join(parts, name, "istioctl"))].find((path) => existsSync(path));
}

/** A hint, no finding: the namespace has no label for injection, which whoever installs the proxies sets. */
const NO_INJECTION = "IST0102";

describe("istio and the golden meshes", function () {
  this.timeout(60_000);
  const istioctl = findIstioctl();
  const folder = mkdtempSync(join(tmpdir(), "meshwright-istio-"));
  const { cases } = findCases();

  before(function () {
    if (istioctl === undefined) skip(this, "no istioctl on PATH, nor among the built parts");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...args: readonly string[]) => spawnSync(istioctl ?? "", args, { encoding: "utf8" });
  const write = (text: string): string => {
    const file = join(folder, "objects.yaml");
    writeFileSync(file, text);
    return file;
  };

  for (const golden of cases.filter(({ folder: own }) => existsSync(join(own, "istio.yaml")))) {
    it(`accepts ${golden.id}`, async () => {
      const file = write(await yamlOf(golden.id));
      const { status, stdout, stderr } = run("validate", "-f", file);
      assert.equal(status, 0, stdout + stderr);
      const analyzed = run("analyze", "--use-kube=false", "--suppress", `${NO_INJECTION}=*`, file);
      assert.match(analyzed.stdout + analyzed.stderr, /No validation issues found/);
    });
  }

  const broken: readonly (readonly [string, string, string, RegExp])[] = [
    ["a field that it does not know", "fixedDelay:", "fixedDelai:", /fixedDelai/],
    ["a value that is out of range", "fixedDelay: 3s", "fixedDelay: -3s", /duration/],
    ["a percentage above all", "value: 50", "value: 150", /percentage/],
  ];
  for (const [what, from, to, said] of broken) {
    it(`refuses ${what}`, async () => {
      const text = await yamlOf("fault-injection/delay-half-of-requests");
      const { status, stdout, stderr } = run("validate", "-f", write(text.replace(from, to)));
      assert.notEqual(text.replace(from, to), text);
      assert.notEqual(status, 0);
      assert.match(stdout + stderr, said);
    });
  }

  async function yamlOf(id: string): Promise<string> {
    const golden = cases.find((one) => one.id === id);
    assert.ok(golden !== undefined);
    const { istio } = await compileCase(golden);
    assert.ok(istio !== undefined && "objects" in istio);
    return formatObjects(istio.objects.map(({ object }) => object));
  }
});
