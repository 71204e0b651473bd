/** A preflight from plain data, as a user would write it: a stack's settings, a mesh, and what was seen of a cluster. */
import assert from "node:assert/strict";
import { compile } from "meshwright";
import { readSettings } from "../../../components/deployment/settings.ts";
import type { Diagnostic } from "../../../components/diagnostics/diagnostic.ts";
import { istioObjects } from "../../../components/passes/render.ts";
import { checkCluster } from "../../../components/preflight/check-cluster.ts";
import { type Deployment, ownObjects } from "../../../components/preflight/deployment.ts";
import { readSnapshot } from "../../../components/preflight/read-snapshot.ts";
import { releaseCatalogue } from "../../../stacks/releases/catalogue.ts";

export interface WrittenPreflight {
  readonly stack: unknown;
  readonly mesh: unknown;
  readonly cluster: unknown;
}

export function deploymentOf({ stack, mesh }: Pick<WrittenPreflight, "stack" | "mesh">): Deployment {
  const { settings, diagnostics } = readSettings(stack, "default");
  assert.ok(settings !== undefined, JSON.stringify(diagnostics));
  const { ir, diagnostics: found } = compile(mesh, { environment: "default" });
  assert.ok(ir !== undefined, JSON.stringify(found));
  const { controlPlane } = settings;
  const release = controlPlane.kind === "install" ? releaseCatalogue[controlPlane.release] : undefined;
  return { settings, release, mesh: ir, objects: ownObjects(istioObjects(ir), settings) };
}

export function preflightOf({ cluster, ...deployment }: WrittenPreflight): readonly Diagnostic[] {
  const { snapshot, diagnostics } = readSnapshot(cluster);
  assert.ok(snapshot !== undefined, JSON.stringify(diagnostics));
  return checkCluster(snapshot, deploymentOf(deployment));
}
