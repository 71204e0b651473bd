/** The objects of a test: its own manifests, and of the suite's base those that they need. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { Expectation, Suite, SuiteTest } from "./expectation.ts";

/** Any object; what else is in it, its readers look for. */
export interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const files = new Map<string, readonly Named[]>();

function objectsIn(folder: string, path: string): readonly Named[] {
  const file = join(folder, path);
  let read = files.get(file);
  if (read === undefined) {
    const documents = parseAllDocuments(readFileSync(file, "utf8"));
    read = documents.flatMap((one) => {
      const object = one.toJS() as Named | null;
      return object === null ? [] : [object];
    });
    files.set(file, read);
  }
  return read;
}

/** Workloads and their files: nothing of the mesh is in them. */
const WORKLOADS: ReadonlySet<string> = new Set(["Deployment", "ConfigMap", "Secret", "Pod", "EndpointSlice"]);

/** @param asked the expectations of one state of the cluster */
export function objectsFor({ folder }: Suite, test: SuiteTest, asked: readonly Expectation[]): readonly Named[] {
  const isMesh = asked.some(({ via }) => via === "mesh");
  const own = test.manifests.flatMap((path) => objectsIn(folder, path));
  const base = objectsIn(folder, isMesh ? "mesh/manifests.yaml" : "base/manifests.yaml");
  const mentioned = JSON.stringify([own, asked]);
  const needed = base.filter(
    ({ kind, metadata }) => kind === "Namespace" || isMesh || mentioned.includes(`"${metadata.name}"`),
  );
  const gone = new Set(
    asked.flatMap(({ deleted = [] }) =>
      deleted.map(({ kind, ObjectMeta }) => `${kind.split(".")[1]} ${ObjectMeta?.Namespace}/${ObjectMeta?.Name}`),
    ),
  );
  return [...needed, ...own].filter(
    ({ kind, metadata }) => !WORKLOADS.has(kind) && !gone.has(`${kind} ${metadata.namespace}/${metadata.name}`),
  );
}
