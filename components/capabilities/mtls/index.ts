/** Mutual TLS: what a service accepts, and whom its callers expect. */
import { defineServiceCapability } from "../../contract/capability.ts";
import { checkMtls } from "./check.ts";
import * as codes from "./codes.ts";
import * as envoy from "./envoy.ts";
import * as istio from "./istio.ts";
import { field, normalizeMtls } from "./normalize.ts";
import { mtlsSupport } from "./support.ts";

export const mtls = defineServiceCapability({
  id: "mtls",
  slot: "mtls",
  field: "mtls",
  reader: field,
  inherited: true,
  support: { mtls: mtlsSupport },
  codes,
  normalize: normalizeMtls,
  check: checkMtls,
  limits: { envoy: envoy.limitMtls },
  render: { istio: istio.renderMtls, envoy: envoy.renderMtls },
});
