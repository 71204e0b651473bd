/** Where the calls of a service come from, and where they lead. */

import type { ModelPath } from "../values/model-path.ts";
import type { EdgeIr, ExternalId, ServiceId } from "./mesh-ir.ts";

/** Written in `calls`. Others are made by a callee's route, which leads on: the caller's proxy has no name for those. */
export const isDeclared = ({ call }: EdgeIr): boolean => call !== undefined;

/** Where it is written. Put together only when something is said of it: there are many edges. */
export const placeOf = (edge: EdgeIr, caller: ModelPath): ModelPath =>
  edge.route === undefined ? [...caller, "calls", edge.call] : edge.route;

export const isExternal = (id: ServiceId | ExternalId): id is ExternalId => id.startsWith("external/");
