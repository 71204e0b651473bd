/** The fifth pass: the IR → the files of an engine. Refused by code for engines without a kit, never half done. */
import { proxyCapabilities, routeCapabilities, serviceCapabilities } from "../capabilities/registry.ts";
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import type { Slices } from "../engines/envoy/callees.ts";
import type { Placement } from "../engines/envoy/placement.ts";
import { EnvoyRenderer } from "../engines/envoy/render.ts";
import type { EnvoyFragment } from "../engines/envoy/slots.ts";
import { type EngineId, isRendered, readTarget, renderedEngines } from "../engines/releases.ts";
import type { MeshIr } from "../ir/mesh-ir.ts";
import { engineNotATarget, engineNotRendered } from "./codes.ts";

/** Can this mesh be rendered for the engine at all? */
export function checkEngine(mesh: MeshIr, engine: EngineId): readonly Diagnostic[] {
  const at = { path: ["targets"], engine };
  if (!mesh.targets.some((target) => readTarget(target).engine === engine))
    return [diagnose(engineNotATarget, { engine, targets: mesh.targets }, at)];
  if (!isRendered(engine)) return [diagnose(engineNotRendered, { engine, rendered: renderedEngines }, at)];
  return [];
}

const envoySlices: Slices = {
  route: (route) => {
    const fragments: EnvoyFragment[] = [];
    for (const { slot, render } of routeCapabilities) {
      const ir = route[slot];
      if (ir !== undefined) fragments.push(...render.envoy(ir, route));
    }
    return fragments;
  },
  service: (service) =>
    serviceCapabilities.flatMap((capability) => capability.render.envoy(service[capability.slot], service)),
  proxy: (owner) => proxyCapabilities.flatMap((capability) => capability.render.envoy(owner[capability.slot])),
};

export const envoyRenderer = (placement: Placement): EnvoyRenderer => new EnvoyRenderer(envoySlices, placement);
