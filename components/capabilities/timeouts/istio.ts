/**
 * Timeouts on Istio: `HTTPRoute.timeout`, where none is written as nothing: 0 is refused, and without the field there is no timeout
 * (route.go, setTimeout). The timeout of a try belongs to the retries.
 */
import { protoDuration, set } from "../../engines/istio/resources.ts";
import type { IstioFragment } from "../../engines/istio/slots.ts";
import type { RouteIr } from "../../ir/mesh-ir.ts";
import type { TimeoutsIr } from "./ir.ts";

/** A route that answers by itself waits for nobody. */
export const renderTimeouts = ({ request }: TimeoutsIr, { split }: RouteIr): readonly IstioFragment[] =>
  request === null || split === undefined ? [] : [set("route.timeout", protoDuration(request))];
