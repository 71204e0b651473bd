/** Objects that select workloads by labels: one for a service, or one per version where no labels stand for all of them. */
import type { ServiceIr } from "../../ir/mesh-ir.ts";
import type { JsonObject } from "../../values/json.ts";
import { variantName } from "./names.ts";
import type { Labels, Workloads } from "./workloads.ts";

export interface Selected {
  /** The name of the objects. */
  readonly name: string;
  readonly labels: Labels;
  /** `WorkloadSelector` of the security and telemetry APIs. */
  readonly selector: JsonObject;
}

export const selected = (
  { id, name }: ServiceIr,
  { workloads }: { readonly workloads: Workloads },
): readonly Selected[] =>
  (workloads.get(id) ?? []).map(({ version, labels }) => ({
    name: version === undefined ? name : variantName(name, version),
    labels,
    selector: { matchLabels: labels },
  }));
