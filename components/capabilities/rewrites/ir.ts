/** Rewrites in the IR. */
import type { Host } from "../../values/host.ts";

export interface RewriteIr {
  readonly path?: string;
  readonly prefix?: string;
  readonly host?: Host;
}
