/** Traffic split: where a route sends its requests. */
import { defineRouteCapability } from "../../contract/capability.ts";
import * as codes from "./codes.ts";
import { renderSplit } from "./envoy.ts";
import { fields, normalizeSplit, support } from "./normalize.ts";

export const trafficSplit = defineRouteCapability({
  id: "traffic-split",
  slot: "split",
  fields,
  support,
  codes,
  normalize: normalizeSplit,
  render: { envoy: renderSplit },
});
