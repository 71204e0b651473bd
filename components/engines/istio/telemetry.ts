/** What a proxy tells: one Telemetry for each, since Istio merges several of one workload in an order of its own (IST0159). */
import type { GatewayIr, ServiceIr } from "../../ir/mesh-ir.ts";
import type { JsonObject } from "../../values/json.ts";
import type { MeshObject } from "../kubernetes.ts";
import { type Context, ownerOf } from "./context.ts";
import { Fragments } from "./fragments.ts";
import { gatewayLabels, gatewayOwner } from "./gateways.ts";
import { selected } from "./selected.ts";

export const serviceTelemetry = (service: ServiceIr, context: Context): readonly MeshObject[] =>
  selected(service, context).map(({ name, selector }) =>
    context.make("Telemetry", ownerOf(service), { selector, ...telemetryOf(service, context) }, { name }),
  );

export const gatewayTelemetry = (gateway: GatewayIr, context: Context): MeshObject =>
  context.make("Telemetry", gatewayOwner(gateway), {
    selector: { matchLabels: gatewayLabels(gateway) },
    ...telemetryOf(gateway, context),
  });

function telemetryOf(owner: ServiceIr | GatewayIr, { slices }: Context): JsonObject {
  const fragments = new Fragments(slices.proxy(owner));
  const logging = fragments.get("telemetry.accessLogging");
  const overrides = fragments.list("telemetry.metricOverrides");
  return {
    ...(logging === undefined ? {} : { accessLogging: [logging] }),
    metrics: [{ providers: [{ name: "prometheus" }], ...(overrides.length === 0 ? {} : { overrides }) }],
  };
}
