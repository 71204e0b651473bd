/** Where the routes of a set of objects lead. */
import type { KubernetesObject } from "../../kubernetes.ts";
import { specsOf } from "./specs.ts";

/** That one VirtualService leads somewhere. */
export interface Lead {
  /** Two leads with the same key are one. */
  readonly key: string;
  /** The id of the VirtualService. */
  readonly route: string;
  /** Whose callers follow it; a gateway's routes have no callers with a scope. */
  readonly from: readonly string[];
  readonly host: string;
  readonly subset: string | undefined;
}

interface VirtualService {
  readonly hosts: readonly string[];
  readonly gateways: readonly string[];
  readonly http: readonly { readonly route?: readonly { readonly destination: Destination }[] }[];
}

interface Destination {
  readonly host: string;
  readonly subset?: string;
}

export const leadsOf = (objects: readonly KubernetesObject[]): readonly Lead[] =>
  specsOf<VirtualService>(objects, "VirtualService").flatMap(({ id, spec: { hosts, gateways, http } }) => {
    const from = gateways.includes("mesh") ? hosts : [];
    const destinations = http.flatMap(({ route = [] }) => route.map(({ destination }) => destination));
    return destinations.map(({ host, subset }) => ({
      key: JSON.stringify([id, host, subset]),
      route: id,
      from,
      host,
      subset,
    }));
  });

/** Those of one list that the other lacks. */
export function leadsBeyond(leads: readonly Lead[], others: readonly Lead[]): readonly Lead[] {
  const known = new Set(others.map(({ key }) => key));
  return leads.filter(({ key }) => !known.has(key));
}
