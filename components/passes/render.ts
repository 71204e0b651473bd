/** The fifth pass: the IR → what an engine reads. Refused by code for engines without a kit, never half done. */
import { proxyCapabilities, routeCapabilities, serviceCapabilities } from "../capabilities/registry.ts";
import type { FragmentOf } from "../contract/capability.ts";
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import type { Placement } from "../engines/envoy/placement.ts";
import { EnvoyRenderer } from "../engines/envoy/render.ts";
import { renderIstio } from "../engines/istio/render.ts";
import type { MeshObject } from "../engines/kubernetes.ts";
import {
  type EngineId,
  isRendered,
  type ReleaseOf,
  type RenderedEngine,
  readTarget,
  releases,
  renderedEngines,
  type Target,
} from "../engines/releases.ts";
import type { Slices } from "../engines/slices.ts";
import type { MeshIr } from "../ir/mesh-ir.ts";
import { rememberedOf } from "../values/remembered.ts";
import { engineNotATarget, engineNotRendered } from "./codes.ts";

/** Can this mesh be rendered for the engine at all? */
export function checkEngine(mesh: MeshIr, engine: EngineId): readonly Diagnostic[] {
  const at = { path: ["targets"], engine };
  if (!mesh.targets.some((target) => readTarget(target).engine === engine))
    return [diagnose(engineNotATarget, { engine, targets: mesh.targets }, at)];
  if (!isRendered(engine)) return [diagnose(engineNotRendered, { engine, rendered: renderedEngines }, at)];
  return [];
}

const slicesFor = <E extends RenderedEngine>(engine: E, release: ReleaseOf<E>): Slices<FragmentOf[E]> => ({
  route: (route) => {
    const fragments: FragmentOf[E][] = [];
    for (const { slot, render } of routeCapabilities) {
      const ir = route[slot];
      if (ir === undefined) continue;
      for (const fragment of render[engine](ir, route, release)) fragments.push(fragment);
    }
    return fragments;
  },
  service: (service) =>
    serviceCapabilities.flatMap(({ slot, render }): readonly FragmentOf[E][] =>
      render[engine](service[slot], service, release),
    ),
  proxy: (owner) =>
    proxyCapabilities.flatMap(({ slot, render }): readonly FragmentOf[E][] => render[engine](owner[slot], release)),
});

/** The oldest release of an engine that a mesh must run on: what is written must not need a newer one. */
function oldestRelease<E extends RenderedEngine>(engine: E, targets: readonly Target[]): ReleaseOf<E> {
  const order: readonly string[] = releases[engine];
  const covered = targets.map(readTarget).filter((target) => target.engine === engine);
  const indexes = covered.flatMap((target) => target.releases.map((release) => order.indexOf(release)));
  return order[Math.min(order.length - 1, ...indexes)] as ReleaseOf<E>;
}

/** A command checks them first and writes them then. */
export const istioObjects = rememberedOf((mesh: MeshIr): readonly MeshObject[] =>
  renderIstio(mesh, slicesFor("istio", oldestRelease("istio", mesh.targets))),
);

const envoySlices = slicesFor("envoy", releases.envoy[0]);

export const envoyRenderer = (placement: Placement): EnvoyRenderer => new EnvoyRenderer(envoySlices, placement);
