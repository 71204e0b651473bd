/** Direct responses on Istio: `HTTPDirectResponse`. */
import { set } from "../../engines/istio/resources.ts";
import type { IstioFragment } from "../../engines/istio/slots.ts";
import type { DirectResponseIr } from "./ir.ts";

export const renderDirectResponse = ({ status, body }: DirectResponseIr): readonly IstioFragment[] => [
  set("route.directResponse", { status, ...(body === undefined ? {} : { body: { string: body } }) }),
];
