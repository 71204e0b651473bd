/**
 * Services whose access was only audited, and which this deployment enforces: from now on callers are refused. Who has called without being
 * admitted is in no object, only in what proxies have counted; what a snapshot knows are workloads beside them whose calls nobody declares.
 */
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import { belongsTo, isDryRun } from "../engines/istio/ownership.ts";
import { byText, distinct } from "../values/order.ts";
import { workloadsIn } from "./check-adoption.ts";
import { nameOf } from "./check-objects.ts";
import { titleOf } from "./check-workloads.ts";
import { enforcementBegins } from "./codes.ts";
import type { Deployment } from "./deployment.ts";
import type { ClusterSnapshot, SeenWorkload } from "./snapshot.ts";

export function checkEnforcement(snapshot: ClusterSnapshot, deployment: Deployment): readonly Diagnostic[] {
  const begun = enforcedNow(snapshot, deployment);
  return [...Map.groupBy(begun, ({ namespace }) => namespace)].map(([namespace, services]) => {
    const { strangers } = workloadsIn(namespace, snapshot, deployment);
    const args = {
      namespace,
      services: distinct(services.map(({ service }) => service)),
      strangers: strangers.filter(hasIdentity).map(titleOf).sort(byText),
    };
    return diagnose(enforcementBegins, args, { path: [] });
  });
}

/** Policies of this deployment that are in the cluster and refuse nobody there. */
function enforcedNow({ objects }: ClusterSnapshot, { mesh, objects: own }: Deployment) {
  const audited = new Set(objects.filter((one) => one.dryRun && belongsTo(mesh.name, one.labels)).map(nameOf));
  return own.flatMap(({ object: { kind, metadata } }) => {
    const { namespace = "", name, labels = {} } = metadata;
    if (isDryRun(metadata) || !audited.has(nameOf({ kind, namespace, name }))) return [];
    return [{ namespace, service: labels["app.kubernetes.io/name"] ?? name }];
  });
}

/** For whoever has none nothing changes: `strict` has refused it before, and `permissive` admits it still. */
const hasIdentity = ({ pods, withoutSidecar }: SeenWorkload): boolean => pods === 0 || withoutSidecar < pods;
