/** A stack that deploys what one team owns: is there such a team, and will everything of the mesh be deployed by somebody? */
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import type { MeshIr } from "../ir/mesh-ir.ts";
import { namespaceOwners, ownersOf } from "../ir/owners.ts";
import { formatPath } from "../values/model-path.ts";
import { nearest } from "../values/name.ts";
import { ownsNothing, withoutOwner } from "./codes.ts";

export function checkOwner(mesh: MeshIr, owner: string | undefined): readonly Diagnostic[] {
  if (owner === undefined) return [];
  const at = { path: ["owner"], got: owner };
  const known = ownersOf(mesh);
  if (!known.includes(owner))
    return [diagnose(ownsNothing, { owner, nearest: nearest(owner, known) ?? "", known }, at)];
  const orphans = orphansOf(mesh);
  return orphans.length === 0 ? [] : [diagnose(withoutOwner, { orphans }, at)];
}

/** What no stack with an owner would deploy. */
function orphansOf(mesh: MeshIr): readonly string[] {
  const unowned = [...mesh.services, ...mesh.gateways].filter(({ owner }) => owner === undefined);
  if (unowned.length > 0) return unowned.map(({ path }) => formatPath(path)).sort();
  const namespaces = [...namespaceOwners(mesh)].filter(([, owner]) => owner === undefined);
  return namespaces.map(([namespace]) => `namespace ${namespace}`).sort();
}
