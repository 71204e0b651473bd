/**
 * Namespaces in which others work already, and which this deployment takes into the mesh: who would lose access. As far as a snapshot
 * tells: who calls whom today is in no object, so this names who may not, not who does. Callers from other namespaces are not looked at.
 */
import type { Enforcement } from "../capabilities/access/ir.ts";
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import { gatewayLabels } from "../engines/istio/gateways.ts";
import { selectWorkloads } from "../engines/istio/workloads.ts";
import { byText } from "../values/order.ts";
import { isOurs } from "./check-control-plane.ts";
import { isSelected, titleOf } from "./check-workloads.ts";
import { losesAccess } from "./codes.ts";
import type { Deployment } from "./deployment.ts";
import type { ClusterSnapshot, SeenWorkload } from "./snapshot.ts";

export function checkAdoption(snapshot: ClusterSnapshot, deployment: Deployment): readonly Diagnostic[] {
  return snapshot.namespaces
    .filter((one) => !isOurs(one, snapshot, deployment))
    .flatMap(({ name }) => {
      const { known, strangers } = workloadsIn(name, snapshot, deployment);
      const plain = isStrict(deployment) ? known.filter(({ withoutSidecar }) => withoutSidecar > 0).map(withPods) : [];
      if (strangers.length + plain.length === 0) return [];
      const args = {
        namespace: name,
        strangers: strangers.map(titleOf).sort(byText),
        plain: plain.sort(byText),
        enforcement: enforcementIn(deployment, name),
      };
      return [diagnose(losesAccess, args, { path: [] })];
    });
}

/** Workloads of the mesh in a namespace, and those beside them that are nobody's in it. */
export function workloadsIn(name: string, { workloads }: ClusterSnapshot, deployment: Deployment) {
  const local = workloads.filter(({ namespace }) => namespace === name);
  const known = local.filter(isKnown(deployment, name));
  return { known, strangers: local.filter((one) => !known.includes(one)) };
}

/** Workloads of the mesh's services, and the proxies of its gateways. */
function isKnown({ mesh }: Deployment, namespace: string): (workload: SeenWorkload) => boolean {
  const selections = selectWorkloads(mesh.services);
  const services = mesh.services.filter((service) => service.namespace === namespace);
  const gateways = mesh.gateways.filter((gateway) => gateway.namespace === namespace);
  return isSelected([
    ...services.flatMap(({ id }) => selections.get(id) ?? []),
    ...gateways.map((gateway) => ({ labels: gatewayLabels(gateway) })),
  ]);
}

const isStrict = ({ mesh }: Deployment): boolean => mesh.services.some(({ mtls }) => mtls.mode === "strict");

/** A namespace in which only a gateway is refuses nobody by access, and has nothing to audit. */
const enforcementIn = ({ mesh }: Deployment, namespace: string): Enforcement =>
  mesh.services.find((service) => service.namespace === namespace)?.access.enforcement ?? "enforce";

const withPods = (workload: SeenWorkload): string =>
  `${titleOf(workload)} (${workload.withoutSidecar} of ${workload.pods} ${workload.pods === 1 ? "pod" : "pods"})`;
