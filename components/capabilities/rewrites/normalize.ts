/** From what was written to the IR. */

import { path } from "../../contract/http.ts";
import { host, object, type ReadFields } from "../../contract/read.ts";
import type { RewriteIr } from "./ir.ts";
import { rewriteSupport } from "./support.ts";

/** The field of a route that this slice owns. */
export const fields = { rewrite: object({ path, prefix: path, host }, { support: rewriteSupport }) };

export const normalizeRewrite = ({ rewrite }: ReadFields<typeof fields>): RewriteIr | undefined => rewrite;
