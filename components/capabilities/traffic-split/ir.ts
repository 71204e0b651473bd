/** Traffic split in the IR: at least one destination, weights above zero, in the order of their names. */
import type { ServiceId } from "../../ir/mesh-ir.ts";

export interface DestinationIr {
  readonly service: ServiceId;
  readonly port: string;
  /** Absent: all versions alike. */
  readonly version?: string;
  readonly weight: number;
}

export interface SplitIr {
  readonly destinations: readonly DestinationIr[];
}
