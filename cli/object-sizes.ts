/** Objects that no API server would store, in every environment of a mesh that is otherwise without errors. */
import { type Finding, mergeEnvironments } from "../components/diagnostics/finding.ts";
import { readTarget } from "../components/engines/releases.ts";
import type { MeshIr } from "../components/ir/mesh-ir.ts";
import { checkObjectSizes } from "../components/passes/object-sizes.ts";
import { istioObjects } from "../components/passes/render.ts";
import type { CompiledFile } from "./compile-file.ts";
import { exitCodes } from "./exit-code.ts";

export function sizeFindings({ environments, exitCode, placeOf }: CompiledFile): readonly Finding[] {
  if (exitCode !== exitCodes.ok) return [];
  const found = environments.map(({ name, ir }) => [name, ir === undefined ? [] : sizesOf(ir)] as const);
  return mergeEnvironments(new Map(found)).map((finding) => ({ ...finding, place: placeOf(finding.path) }));
}

const sizesOf = (ir: MeshIr) =>
  ir.targets.some((target) => readTarget(target).engine === "istio") ? checkObjectSizes(ir, istioObjects(ir)) : [];
