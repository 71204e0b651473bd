/**
 * What callers know. A proxy knows what its workload calls and what routes from there lead to; so a route that moves would take its old
 * end along and bring its new one, in one breath with itself. While it moves, both stand in the scope by themselves.
 */
import { byText, distinct } from "../../../values/order.ts";
import type { MeshObject } from "../../kubernetes.ts";
import type { Lead } from "./leads.ts";
import type { Removals } from "./removals.ts";
import { specOf, withSpec } from "./specs.ts";

interface Sidecar {
  readonly egress: readonly [{ readonly hosts: readonly string[] }];
}

export function withScopes(
  objects: readonly MeshObject[],
  ahead: readonly Lead[],
  left: readonly Lead[],
  removals: Removals,
): readonly MeshObject[] {
  const moving = [...ahead, ...left];
  if (moving.length === 0) return objects;
  return objects.map((one) => {
    if (one.object.kind !== "Sidecar") return one;
    const [{ hosts }] = specOf<Sidecar>(one.object).egress;
    const called = new Set(hosts.map((host) => host.slice(host.indexOf("/") + 1)));
    const ends = moving.filter(({ from }) => from.some((host) => called.has(host))).map(({ host }) => host);
    const missing = distinct(ends).filter((host) => !called.has(host));
    if (missing.length === 0) return one;
    for (const host of missing) removals.note(`${host} in the scope of ${one.object.metadata.name}`, one);
    return withSpec(one, { egress: [{ hosts: [...hosts, ...missing.map(scopeOf)].toSorted(byText) }] });
  });
}

/** `namespace/host`, of a host inside the cluster. */
const scopeOf = (host: string): string => `${host.split(".")[1]}/${host}`;
