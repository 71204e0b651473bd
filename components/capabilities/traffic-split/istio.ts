/** Traffic split on Istio: `HTTPRoute.route`, a destination each with its weight; a version is a subset of its host's DestinationRule. */
import { set } from "../../engines/istio/resources.ts";
import type { IstioFragment } from "../../engines/istio/slots.ts";
import type { SplitIr } from "./ir.ts";

export const renderSplit = ({ destinations }: SplitIr): readonly IstioFragment[] =>
  destinations.length === 0 ? [] : [set("route.destinations", destinations)];
