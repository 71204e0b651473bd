/** The Envoy that tests run: the one on PATH, else the pinned one from the cache, installed there on first use. */
import { cacheDirectory } from "../../components/local/cache-directory.ts";
import { findEnvoy } from "../../components/local/envoy-binary.ts";

/** @throws where there is none: a suite that silently ran without it would prove nothing */
export async function envoyForTests(): Promise<string> {
  const found = await findEnvoy({ env: process.env, cacheDir: cacheDirectory(process.env), onProgress: console.log });
  if (found.kind === "found") return found.path;
  throw new Error(`no Envoy: ${[...found.tried, found.remedy].join("; ")}`);
}
