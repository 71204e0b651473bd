/** From what was written to the IR. */

import { path } from "../../contract/http.ts";
import { host, object, oneOf, port, type ReadFields } from "../../contract/read.ts";
import type { RedirectIr } from "./ir.ts";
import { redirectSupport } from "./support.ts";

/** The field of a route that this slice owns. */
export const fields = {
  redirect: object(
    { scheme: oneOf("http", "https"), host, port, path, prefix: path, status: oneOf(301, 302, 303, 307, 308) },
    { support: redirectSupport },
  ),
};

export const normalizeRedirect = ({ redirect }: ReadFields<typeof fields>): RedirectIr | undefined =>
  redirect === undefined ? undefined : { ...redirect, status: redirect.status ?? 302 };
