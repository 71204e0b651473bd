/** Where the calls of a service come from, and where they lead. */
import type { EdgeIr, ExternalId, ServiceId } from "./mesh-ir.ts";

/** Written in `calls`. Others are made by a callee's route, which leads on: the caller's proxy has no name for those. */
export const isDeclared = ({ path }: EdgeIr): boolean => path[0] !== "routes";

export const isExternal = (id: ServiceId | ExternalId): id is ExternalId => id.startsWith("external/");
