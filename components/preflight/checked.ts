/** What a preflight has looked at, in a user's words, with counts: silence about something must not be taken for "all is well". */
import { belongsTo } from "../engines/istio/ownership.ts";
import type { Deployment } from "./deployment.ts";
import { namespacesOf } from "./questions.ts";
import type { ClusterSnapshot } from "./snapshot.ts";

export interface Checked {
  readonly label: string;
  readonly text: string;
}

export function checkedIn(snapshot: ClusterSnapshot, deployment: Deployment): readonly Checked[] {
  const { mesh, objects, settings } = deployment;
  const { kubernetes, uid, gatewayApi, rights, kinds, controlPlanes, injectors, namespaces } = snapshot;
  const foreign = snapshot.objects.filter(({ labels }) => !belongsTo(mesh.name, labels));
  const rules = foreign.filter(({ hosts }) => hosts !== undefined);
  const exists = settings.controlPlane.kind === "existing";
  const written = `${counted(objects.length, "object")} of the mesh${exists ? "" : ", for Istio"} and for namespaces`;
  return [
    { label: "cluster", text: `Kubernetes ${kubernetes}${uid === undefined ? "" : `, uid ${uid}`}` },
    { label: "rights", text: `${counted(rights.asked, "right")}, for ${written}` },
    {
      label: "kinds",
      text: `${counted(kinds.length, "kind")} of Istio and cert-manager; ${gatewayApi === undefined ? "no CRDs of the Gateway API" : `Gateway API ${gatewayApi}`}`,
    },
    {
      label: "control",
      text: `${counted(controlPlanes.length, "control plane")}, ${counted(injectors.length, "injector")}`,
    },
    {
      label: "spaces",
      text: `${namespaces.length} of ${counted(namespacesOf(deployment).length, "namespace")} are there`,
    },
    {
      label: "others",
      text: `${counted(rules.length, "rule")} of others against ${counted(mesh.services.length, "service")}, and ${foreign.length - rules.length} of their other objects`,
    },
    {
      label: "teams",
      text: `${counted(snapshot.services.length, "Service")} and ${counted(snapshot.workloads.length, "workload")} in the mesh's namespaces`,
    },
  ];
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
