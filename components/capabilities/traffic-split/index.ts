/** Traffic split: where a route sends its requests. */
import { defineRouteCapability } from "../../contract/capability.ts";
import * as codes from "./codes.ts";
import * as envoy from "./envoy.ts";
import * as istio from "./istio.ts";
import { fields, normalizeSplit, support } from "./normalize.ts";

export const trafficSplit = defineRouteCapability({
  id: "traffic-split",
  slot: "split",
  fields,
  support,
  codes,
  normalize: normalizeSplit,
  render: { istio: istio.renderSplit, envoy: envoy.renderSplit },
});
