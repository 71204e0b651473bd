/** Gateways: where requests from outside enter. */
import { defineSectionCapability } from "../../contract/capability.ts";
import * as codes from "./codes.ts";
import { differences, gatewaySupport, listenerSupport } from "./support.ts";

export const gateways = defineSectionCapability({
  id: "gateways",
  codes,
  support: { "gateways.*": gatewaySupport, "gateways.*.listeners.*": listenerSupport },
  differences,
});
