/** From what was written to the IR. */
import { integer, object, type ReadFields, textWhere } from "../../contract/read.ts";
import type { DirectResponseIr } from "./ir.ts";
import { directResponseSupport } from "./support.ts";

/** Envoy's own limit for inline bodies (`max_direct_response_body_size_bytes`, default 4 KB). */
const body = textWhere("text of 1 to 4,096 bytes", (value) => value !== "" && Buffer.byteLength(value) <= 4_096);

/** The field of a route that this slice owns. */
export const fields = {
  respond: object({ status: integer(200, 599), body }, { support: directResponseSupport, required: ["status"] }),
};

export const normalizeDirectResponse = ({ respond }: ReadFields<typeof fields>): DirectResponseIr | undefined =>
  respond;
