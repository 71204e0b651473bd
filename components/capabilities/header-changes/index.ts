/** Header changes: what the service and the caller see. */
import { defineRouteCapability } from "../../contract/capability.ts";
import { checkHeaders } from "./check.ts";
import * as codes from "./codes.ts";
import * as envoy from "./envoy.ts";
import * as istio from "./istio.ts";
import { fields, normalizeHeaders } from "./normalize.ts";
import { differences, headerChangesSupport } from "./support.ts";

export const headerChanges = defineRouteCapability({
  id: "header-changes",
  slot: "headers",
  fields,
  support: { headers: headerChangesSupport },
  differences,
  codes,
  normalize: normalizeHeaders,
  check: checkHeaders,
  render: { istio: istio.renderHeaders, envoy: envoy.renderHeaders },
});
