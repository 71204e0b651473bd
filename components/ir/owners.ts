/** Who owns what of a mesh: a stack may deploy just what one team owns. */
import { byText, distinct } from "../values/order.ts";
import type { MeshIr } from "./mesh-ir.ts";

/** Everybody who owns something, sorted. */
export const ownersOf = ({ services, gateways, owner }: MeshIr): readonly string[] =>
  distinct([...services, ...gateways, { owner }].flatMap((one) => one.owner ?? [])).toSorted(byText);

/** By namespace: whoever owns all that lives there, else the mesh's owner. What belongs to a namespace itself is theirs. */
export function namespaceOwners({ services, gateways, owner }: MeshIr): ReadonlyMap<string, string | undefined> {
  const residents = new Map<string, Set<string | undefined>>();
  for (const resident of [...services, ...gateways])
    residents.set(resident.namespace, (residents.get(resident.namespace) ?? new Set()).add(resident.owner));
  return new Map(
    [...residents].map(([namespace, owners]) => [namespace, owners.size === 1 ? [...owners][0] : owner] as const),
  );
}

/** What a stack with this owner deploys; one without an owner deploys everything. */
export const isOwnedBy =
  (owner: string | undefined) =>
  (one: { readonly owner?: string | undefined }): boolean =>
    owner === undefined || one.owner === owner;
