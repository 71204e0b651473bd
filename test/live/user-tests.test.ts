/** The Online Boutique's own tests, judged by real proxies: the same file that the simulator judges in every run of the tests. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { cacheDirectory } from "../../components/local/cache-directory.ts";
import { findEnvoy } from "../../components/local/envoy-binary.ts";
import { skip } from "../skip.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FILE = "stacks/meshes/online-boutique.test.ts";

describe("tests of a mesh", () => {
  it("hold against the running mesh", async function () {
    const found = await findEnvoy({ env: process.env, cacheDir: cacheDirectory(process.env), onProgress: () => {} });
    if (found.kind === "missing") skip(this, `no Envoy (${found.tried.join("; ")}); ${found.remedy}`);
    const env = { ...process.env, MESHWRIGHT_TEST: "local" };
    const mocha = fileURLToPath(import.meta.resolve("mocha/bin/mocha.js"));
    const { stdout } = await promisify(execFile)(process.execPath, [mocha, FILE], { cwd: ROOT, env }).catch(
      (error: { readonly stdout: string; readonly stderr: string }) => assert.fail(error.stdout + error.stderr),
    );
    assert.match(stdout, /^(?!0)\d+ passed, 0 failed, 0 skipped$/m);
  }).timeout(180_000);
});
