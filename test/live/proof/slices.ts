/** Which slices a decision was made by: a proof counts that each decides often enough to be proved at all. */
import type { MeshIr, RouteIr, RouteTableIr } from "../../../components/ir/mesh-ir.ts";
import type { Destination, Verdict } from "../../../components/simulate/verdict.ts";
import type { Ask } from "./ask.ts";
import { FAR_TOO_LATE } from "./interest.ts";

export const PROVED = [
  "services",
  "matching",
  "traffic-split",
  "rewrites",
  "redirects",
  "direct-responses",
  "header-changes",
  "timeouts",
  "retries",
  "fault-injection",
  "mtls",
  "access",
  "access, audited",
  "gateways",
  "external-services",
  "tcp ports",
] as const;

export type Proved = (typeof PROVED)[number];

export function slicesOf(ir: MeshIr, ask: Ask, verdict: Verdict): readonly Proved[] {
  const { outcome } = verdict;
  const found: { readonly table: RouteTableIr; readonly route: RouteIr } | undefined = routeOf(ir, verdict);
  const route = found?.route;
  const destinations = outcome.kind === "forward" ? outcome.destinations : [];
  const arrives = destinations.some(({ arrival }) => arrival.kind === "delivered");
  const holds: Readonly<Record<Proved, boolean>> = {
    services: outcome.kind === "no-route" || destinations.length > 0,
    matching: found !== undefined && found.table.routes.length > 1,
    "traffic-split": destinations.length > 1,
    rewrites: route?.rewrite !== undefined && arrives,
    redirects: outcome.kind === "redirect",
    "direct-responses": outcome.kind === "respond",
    "header-changes": route?.headers !== undefined && (arrives || "response" in outcome),
    // A workload can say 504, too; slow ones never do.
    timeouts: isSlow(ask) && destinations.some(({ answer }) => answer?.status === 504 || (answer?.tries ?? 1) > 1),
    retries: destinations.some(({ answer }) => (answer?.tries ?? 1) > 1),
    "fault-injection": verdict.abort !== undefined || verdict.delay !== undefined || outcome.kind === "abort",
    mtls: ask.from.kind === "straight",
    access: outcome.kind === "denied" || destinations.some(decidedByRule),
    "access, audited": destinations.some(isAudited),
    gateways: ask.from.kind === "outside",
    "external-services": destinations.some(({ service }) => service.startsWith("external/")),
    "tcp ports": ask.wire === undefined,
  };
  return PROVED.filter((slice) => holds[slice]);
}

const isSlow = ({ answers }: Ask): boolean =>
  answers?.some((answer) => answer.kind === "status" && answer.after === FAR_TOO_LATE) === true;

const decidedByRule = ({ arrival }: Destination): boolean =>
  arrival.kind === "denied" || (arrival.kind === "delivered" && arrival.by.kind === "rule");

const isAudited = ({ arrival }: Destination): boolean => arrival.kind === "delivered" && arrival.by.kind === "audit";

function routeOf(ir: MeshIr, { proxy, route }: Verdict): { table: RouteTableIr; route: RouteIr } | undefined {
  if (route === undefined) return undefined;
  const tables = [
    ...ir.gateways.filter(({ id }) => id === proxy).flatMap(({ hosts }) => hosts),
    ...ir.services.flatMap(({ routes }) => routes),
  ];
  for (const table of tables) {
    if (table.name !== route.table) continue;
    const found = table.routes.find((one) => one.name === route.name && one.path.join() === route.path.join());
    if (found !== undefined) return { table, route: found };
  }
  return undefined;
}
