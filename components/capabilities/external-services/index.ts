/** External services: the few places outside the mesh that may be reached. */
import { defineSectionCapability } from "../../contract/capability.ts";
import * as codes from "./codes.ts";
import { externalSupport, externalTlsSupport } from "./support.ts";

export const externalServices = defineSectionCapability({
  id: "external-services",
  codes,
  support: { "externals.*": externalSupport, "externals.*.tls": externalTlsSupport },
});
