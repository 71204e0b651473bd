/** The Istio kit: services, gateways, external services and the fragments of their slices → Istio's objects, in the order of applying. */
import type { MeshIr } from "../../ir/mesh-ir.ts";
import type { MeshObject } from "../kubernetes.ts";
import type { Slices } from "../slices.ts";
import { createContext } from "./context.ts";
import { externalObjects } from "./externals.ts";
import { gatewayObjects } from "./gateways.ts";
import { kindOrder } from "./order.ts";
import { securityObjects } from "./security.ts";
import { sidecarObjects } from "./sidecars.ts";
import type { IstioFragment } from "./slots.ts";
import { gatewayTelemetry, serviceTelemetry } from "./telemetry.ts";
import { trafficObjects } from "./traffic.ts";

/** Every object lives in the namespace that it is about: nothing is mesh-wide, nothing goes into Istio's root namespace. */
export function renderIstio(mesh: MeshIr, slices: Slices<IstioFragment>): readonly MeshObject[] {
  const context = createContext(mesh, slices);
  const objects = [
    ...externalObjects(mesh, context),
    ...mesh.services.flatMap((service) => [
      ...securityObjects(service, context),
      ...trafficObjects(service, context),
      ...sidecarObjects(service, context),
      ...serviceTelemetry(service, context),
    ]),
    ...mesh.gateways.flatMap((gateway) => [...gatewayObjects(gateway, context), gatewayTelemetry(gateway, context)]),
  ];
  const byKind = Map.groupBy(objects, ({ object }) => object.kind);
  return kindOrder.flatMap((kind) => byKind.get(kind) ?? []);
}
