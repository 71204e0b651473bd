/** Where the calls of a service come from. */
import type { EdgeIr } from "./mesh-ir.ts";

/** Written in `calls`. Others are made by a callee's route, which leads on: the caller's proxy has no name for those. */
export const isDeclared = ({ path }: EdgeIr): boolean => path[0] !== "routes";
