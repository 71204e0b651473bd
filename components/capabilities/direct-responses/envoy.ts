/** Direct responses on Envoy: `Route.direct_response`. */
import { set } from "../../engines/envoy/resources.ts";
import type { EnvoyFragment } from "../../engines/envoy/slots.ts";
import type { DirectResponseIr } from "./ir.ts";

export const renderDirectResponse = ({ status, body }: DirectResponseIr): readonly EnvoyFragment[] => [
  set("route.directResponse", { status, ...(body === undefined ? {} : { body: { inline_string: body } }) }),
];
