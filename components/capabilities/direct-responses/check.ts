/** What is wrong with a direct response on every engine. */
import type { RoutePlace } from "../../contract/capability.ts";
import { isBodiless } from "../../contract/http.ts";
import { bodyOfBodiless } from "./codes.ts";
import type { DirectResponseIr } from "./ir.ts";

export function checkDirectResponse({ status, body }: DirectResponseIr, { report, path }: RoutePlace): void {
  if (body !== undefined && isBodiless(status))
    report.add(bodyOfBodiless, { status }, { path: [...path, "respond", "body"], got: body });
}
