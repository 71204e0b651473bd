/** Redirects: answers that send the client elsewhere. */
import { defineRouteCapability } from "../../contract/capability.ts";
import { checkRedirect } from "./check.ts";
import * as codes from "./codes.ts";
import * as envoy from "./envoy.ts";
import * as istio from "./istio.ts";
import { fields, normalizeRedirect } from "./normalize.ts";
import { differences, redirectSupport } from "./support.ts";

export const redirects = defineRouteCapability({
  id: "redirects",
  slot: "redirect",
  fields,
  support: { redirect: redirectSupport },
  differences,
  codes,
  normalize: normalizeRedirect,
  check: checkRedirect,
  limits: { istio: istio.limitRedirect },
  render: { istio: istio.renderRedirect, envoy: envoy.renderRedirect },
});
