/** Asks the istiods of a cluster whether proxies have taken what routes need (components/cluster/acknowledgements.ts). */
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../cluster/acknowledgements.ts";
import type { ClusterChoice } from "../cluster/kubernetes-api.ts";
import { describe } from "../diagnostics/format.ts";
import { leadsOf } from "../engines/istio/kept/leads.ts";
import { followersOf } from "../engines/istio/objects.ts";
import { catalogue } from "../preflight/catalogue.ts";
import type { Milliseconds } from "../values/duration.ts";
import { distinct } from "../values/order.ts";
import { type ClusterAccess, choiceOf, onCluster } from "./cluster-access.ts";
import type { Settle, Settled, Settling } from "./settle.ts";

export interface AskIstiodOptions extends ClusterAccess {
  /** Where istiod runs. @default "istio-system" */
  readonly rootNamespace?: string | undefined;
}

/** A proxy that has not answered by then has other troubles. */
const TIMEOUT = 30_000 as Milliseconds;

const clock: Clock = { now: () => performance.now(), sleep: (length) => sleep(length) };

/**
 * For `settle` of MeshPlatform and RoutingPolicies; `prepareStack` sets it. Needs the rights to list pods where istiod and the mesh's
 * workloads run, and to get and create `pods/portforward` where istiod runs; without them it says so and verifies nothing.
 *
 * @example new MeshPlatform("shop", { mesh, controlPlane, settle: askIstiod({ context: "prod" }) }, { provider })
 */
export const askIstiod =
  ({ rootNamespace = "istio-system", ...access }: AskIstiodOptions = {}): Settle =>
  async (settling) => {
    const choice = await choiceOf(access);
    return choice === undefined ? unverified("the cluster is not there yet") : ask(choice, rootNamespace, settling);
  };

const unverified = (why: string): Settled => ({ kind: "not-verified", why });

async function ask(choice: ClusterChoice, rootNamespace: string, { stored, routes }: Settling): Promise<Settled> {
  if (stored.some(({ uid }) => uid === ""))
    return unverified("Pulumi's provider does not tell what the cluster has stored");
  const { acknowledgements } = await import("../cluster/acknowledgements.ts");
  const namespaces = distinct([...routes.flatMap(followersOf), ...stored.map(({ namespace }) => namespace)]);
  const awaited = { rootNamespace, objects: stored, namespaces, ends: leadsOf(routes), timeout: TIMEOUT };
  const asked = await onCluster(choice, (api) => acknowledgements(api, awaited, clock));
  return asked.kind === "answered" ? asked.answer : unverified(describe(catalogue, asked.diagnostic).what);
}
