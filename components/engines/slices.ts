/** What the passes bring to a kit: the slices' renderers, by the point at which they attach. A kit knows no slice. */
import type { GatewayIr, RouteIr, ServiceIr } from "../ir/mesh-ir.ts";

export interface Slices<F> {
  route(route: RouteIr): readonly F[];
  service(service: ServiceIr): readonly F[];
  proxy(owner: ServiceIr | GatewayIr): readonly F[];
}
