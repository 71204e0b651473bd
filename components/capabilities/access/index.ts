/** Access: who may call, and what. */
import { defineServiceCapability } from "../../contract/capability.ts";
import * as codes from "./codes.ts";
import * as envoy from "./envoy.ts";
import * as istio from "./istio.ts";
import { field, normalizeAccess } from "./normalize.ts";
import { accessSupport, namespaceSupport } from "./support.ts";

export const access = defineServiceCapability({
  id: "access",
  slot: "access",
  field: "access",
  reader: field,
  inherited: false,
  support: { "access.*": accessSupport, "namespaces.*": namespaceSupport },
  codes,
  normalize: normalizeAccess,
  limits: { istio: istio.limitAccess },
  render: { istio: istio.renderAccess, envoy: envoy.renderAccess },
});
