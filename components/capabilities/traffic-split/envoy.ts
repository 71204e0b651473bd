/** Traffic split on Envoy: `RouteAction.cluster`, or `weighted_clusters` where there are several. */
import { clusterName } from "../../engines/envoy/names.ts";
import { set } from "../../engines/envoy/resources.ts";
import type { EnvoyFragment } from "../../engines/envoy/slots.ts";
import type { SplitIr } from "./ir.ts";

export function renderSplit(split: SplitIr): readonly EnvoyFragment[] {
  let rendered = known.get(split);
  if (rendered === undefined) known.set(split, (rendered = fragmentsOf(split)));
  return rendered;
}

/** Routes that share a split in the IR share what is said of it. */
const known = new WeakMap<SplitIr, readonly EnvoyFragment[]>();

function fragmentsOf({ destinations }: SplitIr): readonly EnvoyFragment[] {
  const [only] = destinations;
  if (only === undefined) return [];
  if (destinations.length === 1) return [set("route.forward", { cluster: clusterName(only) })];
  const clusters = destinations.map((destination) => ({ name: clusterName(destination), weight: destination.weight }));
  return [set("route.forward", { weighted_clusters: { clusters } })];
}
