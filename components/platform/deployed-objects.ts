/** What a program must know of its cluster before it renders a mesh: where deployed routes lead. */
import { log } from "@pulumi/pulumi";
import type { ClusterChoice } from "../cluster/kubernetes-api.ts";
import { describe } from "../diagnostics/format.ts";
import type { KubernetesObject } from "../engines/kubernetes.ts";
import { catalogue } from "../preflight/catalogue.ts";
import { onCluster } from "./cluster-access.ts";

/**
 * For `renderMesh`. None, and said in the log, where the cluster cannot be read: a route that moves may then lose requests.
 *
 * @example renderMesh(shop, { environment: "prod", deployed: await deployedObjects({ context: "prod" }) })
 */
export async function deployedObjects(choice: ClusterChoice = {}): Promise<readonly KubernetesObject[]> {
  const { deployedObjects: read } = await import("../cluster/deployed-objects.ts");
  const asked = await onCluster(choice, read);
  if (asked.kind === "refused") return unread(describe(catalogue, asked.diagnostic).what);
  return asked.answer.kind === "read" ? asked.answer.objects : unread(asked.answer.why);
}

function unread(why: string): readonly KubernetesObject[] {
  void log.info(`not verified where deployed routes lead (${why}): a route that moves may lose requests`);
  return [];
}
