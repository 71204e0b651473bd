/**
 * The package as npm would publish it, installed where a user would have it: in a folder outside of the repository, with its own copy of
 * what the tarball holds and links to its declared dependencies, and to nothing else of ours. No network is asked.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../../", import.meta.url));

interface Manifest {
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
}
const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as Manifest;

/** What a user of the example has beside Meshwright; the two Pulumi packages are its dependencies, too. */
const OWN = ["typescript", "@types/node"];

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

export class PackedPackage {
  /** A user's project. */
  readonly folder = mkdtempSync(join(tmpdir(), "meshwright-packed-"));
  readonly installed = join(this.folder, "node_modules/meshwright");

  constructor() {
    const source = mkdtempSync(join(tmpdir(), "meshwright-source-"));
    try {
      install(tarballOf(source), this.installed);
    } finally {
      rmSync(source, { recursive: true, force: true });
    }
    for (const name of [...Object.keys(manifest.dependencies), ...OWN])
      this.#link(name, join(repository, "node_modules", name));
    for (const [name, path] of Object.entries(manifest.bin)) {
      chmodSync(join(this.installed, path), 0o755); // as npm does
      this.#link(`.bin/${name}`, join(this.installed, path));
    }
    this.write("package.json", '{ "type": "module" }\n');
  }

  #link(name: string, to: string): void {
    const path = join(this.folder, "node_modules", name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(to, path);
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true });
    writeFileSync(join(this.folder, name), text);
  }

  /** Runs a program of the project, or one that its packages brought; `within`: below the project's folder. */
  run(command: string, args: readonly string[], within = "."): Ended {
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      cwd: join(this.folder, within),
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1", NODE_OPTIONS: "--disable-warning=ExperimentalWarning" },
    });
    if (error !== undefined) throw error;
    return { code: status, output: `${stdout}${stderr}` };
  }

  bin = (name: string): string => join(this.folder, "node_modules/.bin", name);

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Built from the sources as they are now, apart from `dist`, which may be older and which others may be using. */
function tarballOf(source: string): string {
  const folders = manifest.files.filter((path) => path !== "dist").map((path) => path.replace(/\/\*.*$/, ""));
  for (const path of ["package.json", ...folders])
    cpSync(join(repository, path), join(source, path), { recursive: true });
  const compiler = join(repository, "node_modules/typescript/bin/tsc");
  // Types were checked by whoever runs the tests.
  node(compiler, "-p", join(repository, "tsconfig.build.json"), "--noCheck", "--outDir", join(source, "dist"));
  must("npm", ["pack", "--ignore-scripts", "--pack-destination", source], source);
  return join(source, `meshwright-${manifest.version}.tgz`);
}

function install(tarball: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  must("tar", ["-xzf", tarball, "--strip-components=1", "-C", folder], folder);
}

const node = (...args: readonly string[]): void => must(process.execPath, args, repository);

function must(command: string, args: readonly string[], cwd: string): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stdout}${stderr}`);
}
