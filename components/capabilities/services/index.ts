/** Services: ports and protocols, versions, calls, discovery by name. */
import { defineSectionCapability } from "../../contract/capability.ts";
import { portSupport } from "../../engines/port-support.ts";
import * as codes from "./codes.ts";
import { differences, serviceSupport } from "./support.ts";

export const services = defineSectionCapability({
  id: "services",
  codes,
  support: { "services.*": serviceSupport, "services.*.ports.*": portSupport },
  differences,
});
