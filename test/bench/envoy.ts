/** The Envoy that live benches run; without one they cannot run, and say so. */
import { cacheDirectory } from "../../components/local/cache-directory.ts";
import { findEnvoy } from "../../components/local/envoy-binary.ts";

export async function envoyForBench(): Promise<string> {
  const found = await findEnvoy({ env: process.env, cacheDir: cacheDirectory(process.env), onProgress: () => {} });
  if (found.kind === "missing") throw new Error(`skipped: ${found.remedy}`);
  return found.path;
}
