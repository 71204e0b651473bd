/** What a preflight has looked at, in a user's words, with counts: silence about something must not be taken for "all is well". */
import { belongsTo } from "../engines/istio/ownership.ts";
import type { Deployment } from "./deployment.ts";
import { namespacesOf } from "./questions.ts";
import type { ClusterSnapshot } from "./snapshot.ts";

export function checkedIn(snapshot: ClusterSnapshot, deployment: Deployment): readonly string[] {
  const { mesh, objects, settings } = deployment;
  const foreign = snapshot.objects.filter(({ labels }) => !belongsTo(mesh.name, labels));
  const rules = foreign.filter(({ hosts }) => hosts !== undefined);
  const existing = settings.controlPlane.kind === "existing";
  return [
    `Kubernetes ${snapshot.kubernetes}${snapshot.uid === undefined ? "" : `, uid ${snapshot.uid}`}`,
    `${counted(snapshot.rights.asked, "right")} to write ${counted(objects.length, "object")} of the mesh${existing ? "" : ", Istio"} and namespaces`,
    `${counted(snapshot.kinds.length, "kind")} of Istio that the cluster serves, and ${
      snapshot.gatewayApi === undefined ? "no CRDs of the Gateway API" : `the Gateway API ${snapshot.gatewayApi}`
    }`,
    `${counted(snapshot.controlPlanes.length, "control plane")} and ${counted(snapshot.injectors.length, "injector")}, against ${
      existing ? "the revision" : "the tag"
    } of the stack`,
    `${snapshot.namespaces.length} of ${counted(namespacesOf(deployment).length, "namespace")}${
      snapshot.namespaces.length === 0 ? ", which are to be made" : ""
    }`,
    `${counted(rules.length, "rule")} and ${counted(foreign.length - rules.length, "other object")} that others have written`,
    `${counted(snapshot.services.length, "Service")} and ${counted(snapshot.workloads.length, "workload")}, against ${counted(mesh.services.length, "service")} of the mesh`,
  ];
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
