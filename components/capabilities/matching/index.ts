/** Matching: which requests a route is for. */
import { defineRouteCapability } from "../../contract/capability.ts";
import * as codes from "./codes.ts";
import { renderMatching } from "./envoy.ts";
import { fields, normalizeMatching } from "./normalize.ts";
import { conditionSupport, matchingSupport } from "./support.ts";

export const matching = defineRouteCapability({
  id: "matching",
  slot: "matching",
  fields,
  support: { when: conditionSupport, priority: matchingSupport },
  codes,
  normalize: normalizeMatching,
  render: { envoy: renderMatching },
});
