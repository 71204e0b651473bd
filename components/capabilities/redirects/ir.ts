/** Redirects in the IR. */
import type { Host } from "../../values/host.ts";

export interface RedirectIr {
  readonly scheme?: "http" | "https";
  readonly host?: Host;
  readonly port?: number;
  readonly path?: string;
  readonly prefix?: string;
  readonly status: 301 | 302 | 303 | 307 | 308;
}
