/** Reports what an engine of the targets cannot do with the very values that were written. */
import type { Directory, RouteCapability, ServiceCapability, ServicePlace } from "../contract/capability.ts";
import { unsupportedValue } from "../contract/codes.ts";
import type { Report } from "../diagnostics/report.ts";
import { callLimits, externalLimits, gatewayLimits, portLimits } from "../engines/istio/limits.ts";
import type { Limit } from "../engines/limit.ts";
import { type RenderedEngine, renderedEngines } from "../engines/releases.ts";
import type { EdgeIr, ExternalIr, GatewayIr, RouteIr } from "../ir/mesh-ir.ts";
import type { PortIr } from "../ir/port.ts";
import type { ModelPath } from "../values/model-path.ts";

/** Whom to tell, and about which engines. */
interface Audience {
  readonly report: Report;
  readonly directory: { runsOn(engine: RenderedEngine): boolean };
}

export function checkRouteLimits({ slot, limits }: RouteCapability, route: RouteIr, audience: Audience): void {
  const ir = route[slot];
  if (limits === undefined || ir === undefined) return;
  for (const engine of renderedEngines)
    if (isAsked(engine, audience)) tell(engine, limits[engine]?.(ir, route) ?? [], audience);
}

export function checkServiceLimits({ limits }: ServiceCapability, ir: never, place: ServicePlace): void {
  if (limits === undefined) return;
  for (const engine of renderedEngines)
    if (isAsked(engine, place)) tell(engine, limits[engine]?.(ir, place.service) ?? [], place);
}

// --- sections of the mesh, which the kits render -------------------------------------------------------------------

export function checkPortLimits(ports: readonly PortIr[], path: ModelPath, audience: Audience): void {
  if (isAsked("istio", audience)) tell("istio", portLimits(ports, path), audience);
}

/** @param ports which the calls lead to, one for each */
export function checkCallLimits(
  calls: readonly EdgeIr[],
  ports: readonly PortIr[],
  path: ModelPath,
  audience: Audience,
): void {
  if (isAsked("istio", audience)) tell("istio", callLimits(calls, ports, path), audience);
}

export function checkGatewayLimits(
  gateway: GatewayIr,
  { report, directory }: { readonly report: Report; readonly directory: Pick<Directory, "runsOn" | "external"> },
): void {
  const isKey = (name: string): boolean => directory.external(name) !== undefined;
  if (directory.runsOn("istio")) tell("istio", gatewayLimits(gateway, isKey), { report, directory });
}

export function checkExternalLimits(external: ExternalIr, audience: Audience): void {
  if (isAsked("istio", audience)) tell("istio", externalLimits(external), audience);
}

const isAsked = (engine: RenderedEngine, { directory }: Audience): boolean => directory.runsOn(engine);

function tell(engine: RenderedEngine, limits: readonly Limit[], { report }: Audience): void {
  for (const { path, why } of limits) report.add(unsupportedValue, { engine, why }, { path, engine });
}
