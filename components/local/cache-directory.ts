/** Owns where Meshwright keeps what it downloads, by the platform's own convention. Creates nothing. */
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

export function cacheDirectory(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  return join(cacheRoot(env, platform), "meshwright");
}

function cacheRoot(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const xdg = env.XDG_CACHE_HOME;
  // The XDG base directory specification tells readers to ignore a relative value.
  if (xdg !== undefined && isAbsolute(xdg)) return xdg;
  const home = env.HOME ?? homedir();
  return platform === "darwin" ? join(home, "Library", "Caches") : join(home, ".cache");
}
