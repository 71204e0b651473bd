/** Timeouts on Envoy: `RouteAction.timeout`, where 0 is none; the timeout of a try belongs to the retry policy. */
import { protoTimeout, set } from "../../engines/envoy/resources.ts";
import type { EnvoyFragment } from "../../engines/envoy/slots.ts";
import type { TimeoutsIr } from "./ir.ts";

export const renderTimeouts = ({ request }: TimeoutsIr): readonly EnvoyFragment[] => [
  set("route.timeout", protoTimeout(request)),
];
