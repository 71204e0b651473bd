/** Direct responses: answers of the proxy itself. */
import { defineRouteCapability } from "../../contract/capability.ts";
import { checkDirectResponse } from "./check.ts";
import * as codes from "./codes.ts";
import { renderDirectResponse } from "./envoy.ts";
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
  render: { envoy: renderDirectResponse },
});
