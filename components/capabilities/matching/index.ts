/** Matching: which requests a route is for. */
import { defineRouteCapability } from "../../contract/capability.ts";
import * as codes from "./codes.ts";
import * as envoy from "./envoy.ts";
import * as istio from "./istio.ts";
import { fields, normalizeMatching } from "./normalize.ts";
import { conditionSupport, matchingSupport } from "./support.ts";

export const matching = defineRouteCapability({
  id: "matching",
  slot: "matching",
  fields,
  support: { when: conditionSupport, priority: matchingSupport },
  codes,
  normalize: normalizeMatching,
  limits: { istio: istio.limitMatching },
  render: { istio: istio.renderMatching, envoy: envoy.renderMatching },
});
