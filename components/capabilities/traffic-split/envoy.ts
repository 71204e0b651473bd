/** Traffic split on Envoy: `RouteAction.cluster`, or `weighted_clusters` where there are several. */
import { clusterName } from "../../engines/envoy/names.ts";
import { set } from "../../engines/envoy/resources.ts";
import type { EnvoyFragment } from "../../engines/envoy/slots.ts";
import { rememberedOf } from "../../values/remembered.ts";
import type { SplitIr } from "./ir.ts";

/** Routes that share a split in the IR share what is said of it. */
export const renderSplit = rememberedOf(({ destinations }: SplitIr): readonly EnvoyFragment[] => {
  const [only] = destinations;
  if (only === undefined) return [];
  if (destinations.length === 1) return [set("route.forward", { cluster: clusterName(only) })];
  const clusters = destinations.map((destination) => ({ name: clusterName(destination), weight: destination.weight }));
  return [set("route.forward", { weighted_clusters: { clusters } })];
});
