/** Rewrites: what the service sees instead of what the caller sent. */
import { defineRouteCapability } from "../../contract/capability.ts";
import { checkRewrite } from "./check.ts";
import * as codes from "./codes.ts";
import * as envoy from "./envoy.ts";
import * as istio from "./istio.ts";
import { fields, normalizeRewrite } from "./normalize.ts";
import { rewriteSupport } from "./support.ts";

export const rewrites = defineRouteCapability({
  id: "rewrites",
  slot: "rewrite",
  fields,
  support: { rewrite: rewriteSupport },
  codes,
  normalize: normalizeRewrite,
  check: checkRewrite,
  render: { istio: istio.renderRewrite, envoy: envoy.renderRewrite },
});
