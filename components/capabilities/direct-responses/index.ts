/** Direct responses: answers of the proxy itself. */
import { defineRouteCapability } from "../../contract/capability.ts";
import { checkDirectResponse } from "./check.ts";
import * as codes from "./codes.ts";
import * as envoy from "./envoy.ts";
import * as istio from "./istio.ts";
import { fields, normalizeDirectResponse } from "./normalize.ts";
import { directResponseSupport } from "./support.ts";

export const directResponses = defineRouteCapability({
  id: "direct-responses",
  slot: "respond",
  fields,
  support: { respond: directResponseSupport },
  codes,
  normalize: normalizeDirectResponse,
  check: checkDirectResponse,
  render: { istio: istio.renderDirectResponse, envoy: envoy.renderDirectResponse },
});
