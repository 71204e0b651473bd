/**
 * The preflight of a stack inside its program: before the first object of the mesh, in every `up`, and in a preview where the cluster can be
 * asked. A preview changes nothing, so there a cluster that is not there (yet) is only told.
 */
import { log, runtime } from "@pulumi/pulumi";
import type { ClusterChoice } from "../cluster/kubernetes-api.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { describe } from "../diagnostics/format.ts";
import { catalogue } from "../preflight/catalogue.ts";
import { checkCluster } from "../preflight/check-cluster.ts";
import type { Deployment } from "../preflight/deployment.ts";
import { questionsOf } from "../preflight/questions.ts";
import type { ClusterSnapshot } from "../preflight/snapshot.ts";
import { type ClusterAccess, choiceOf, onCluster } from "./cluster-access.ts";
import { refuseErrors } from "./refuse.ts";

/** @errors MW5200 to MW5242: all that a cluster may have against a deployment */
export async function preflight(deployment: Deployment, access: ClusterAccess = {}): Promise<void> {
  const choice = await choiceOf(access);
  if (choice === undefined) return tellUnchecked("it is not there yet");
  const seen = await see(choice, deployment);
  if (!("code" in seen)) refuseErrors(checkCluster(seen, deployment));
  else if (runtime.isDryRun()) tellUnchecked(describe(catalogue, seen).what);
  else refuseErrors([seen]);
}

const tellUnchecked = (why: string): void =>
  void log.info(`cluster: not checked (${why}); \`pulumi up\` checks it before the first object of the mesh`);

async function see(choice: ClusterChoice, deployment: Deployment): Promise<ClusterSnapshot | Diagnostic> {
  const { takeSnapshot } = await import("../cluster/take-snapshot.ts");
  const asked = await onCluster(choice, (api) => takeSnapshot(api, questionsOf(deployment)));
  if (asked.kind === "refused") return asked.diagnostic;
  return asked.answer.kind === "refused" ? asked.answer.diagnostic : asked.answer.snapshot;
}
