/** The scope of a proxy: exactly what its workload calls. Services that only a route leads to come with that route. */
import { isDeclared, isExternal } from "../../ir/edges.ts";
import type { EdgeIr, ServiceIr } from "../../ir/mesh-ir.ts";
import type { MeshObject } from "../kubernetes.ts";
import { type Context, ownerOf } from "./context.ts";
import { hostOf, placeOf } from "./names.ts";
import { selected } from "./selected.ts";

export function sidecarObjects(service: ServiceIr, context: Context): readonly MeshObject[] {
  const declared = service.calls.filter(isDeclared);
  const hosts = [...new Set(declared.map((edge) => scopeOf(edge, context)))].sort();
  const spec = {
    // A listener without hosts is refused; these are none.
    egress: [{ hosts: hosts.length === 0 ? ["~/*"] : hosts }],
    outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
  };
  return selected(service, context).map(({ name, labels }) =>
    context.make("Sidecar", ownerOf(service), { workloadSelector: { labels }, ...spec }, { name }),
  );
}

/** An external service is declared in the namespace of each caller. */
function scopeOf({ to }: EdgeIr, { externals }: Context): string {
  if (isExternal(to)) return `./${externals.get(to)?.host ?? ""}`;
  const place = placeOf(to);
  return `${place.namespace}/${hostOf(place)}`;
}
