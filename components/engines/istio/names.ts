/** Names in Istio's objects. Hosts are always written in full: a short name means another service in another namespace. */
import type { GatewayId, ServiceId } from "../../ir/mesh-ir.ts";

/** What Kubernetes calls a service inside the cluster. */
export const hostOf = ({ name, namespace }: { readonly name: string; readonly namespace: string }): string =>
  `${name}.${namespace}.svc.cluster.local`;

/** The parts of an id, without its cluster set, which is the same throughout a mesh. */
export function placeOf(id: ServiceId | GatewayId): { readonly namespace: string; readonly name: string } {
  const [, namespace = "", name = ""] = id.split("/");
  return { namespace, name };
}

/** A second object of one kind for the same service. Names of services have no dot, so it is nobody else's. */
export const variantName = (name: string, variant: string): string => `${name}.${variant}`;

/** Objects of an external service, in the namespace of its callers. */
export const externalName = (key: string): string => `external.${key}`;

/** The longest name of an object. @source Kubernetes, DNS subdomain names */
const LONGEST_NAME = 253;

/**
 * The routes of one host of a gateway. A host may be as long as a name, so the two together may be too long. Of a gateway called `external`
 * they could be called as an external service is (limits.ts).
 */
export const gatewayHostName = (gateway: string, host: string): string => fitted(`${gateway}.${host}`, LONGEST_NAME);

/** A derived name that is too long ends in a checksum of the whole: the same for the same name, and another for another. */
export function fitted(name: string, longest: number): string {
  if (name.length <= longest) return name;
  const sum = checksum(name);
  return `${name.slice(0, longest - sum.length - 1).replace(/[.-]+$/, "")}-${sum}`;
}

/** FNV-1a of 32 bits from either end: tells a million names apart, guards nothing. */
const checksum = (text: string): string => fnv(text) + fnv([...text].reverse().join(""));

function fnv(text: string): string {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, "0");
}

/** Without the scheme, as AuthorizationPolicy writes identities. */
export const principalOf = (identity: string): string => identity.replace(/^spiffe:\/\//, "");
