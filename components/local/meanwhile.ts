/** The mesh on the way from one mesh to another: whoever gets another identity is known by both, whichever side hears of it first. */
import type { AccessIr, PolicyIr } from "../capabilities/access/ir.ts";
import type { MeshIr, ServiceIr } from "../ir/mesh-ir.ts";
import type { SpiffeId } from "../values/spiffe-id.ts";

/** The second mesh, in which the identities of the first are accepted, too; `undefined` where all stay who they are. */
export function meanwhile(before: MeshIr, after: MeshIr): MeshIr | undefined {
  const were = new Map(ownersOf(before).map(({ id, identity }) => [id, identity]));
  const former = new Map<SpiffeId, SpiffeId>();
  for (const { id, identity } of ownersOf(after)) {
    const was = were.get(id);
    if (was !== undefined && was !== identity) former.set(identity, was);
  }
  return former.size === 0 ? undefined : { ...after, services: after.services.map((one) => known(one, former)) };
}

const ownersOf = ({ services, gateways }: MeshIr) => [...services, ...gateways];

type Former = ReadonlyMap<SpiffeId, SpiffeId>;

function known(service: ServiceIr, former: Former): ServiceIr {
  const formerly = former.get(service.identity);
  return { ...service, access: widened(service.access, former), ...(formerly === undefined ? {} : { formerly }) };
}

const widened = (access: AccessIr, former: Former): AccessIr => ({
  ...access,
  ports: access.ports.map((port) => ({
    ...port,
    deny: port.deny.map((policy) => widenedPolicy(policy, former)),
    allow: port.allow.map((policy) => widenedPolicy(policy, former)),
  })),
});

function widenedPolicy<P extends PolicyIr>(policy: P, former: Former): P {
  const more = policy.from?.flatMap((identity) => former.get(identity) ?? []) ?? [];
  return more.length === 0 ? policy : { ...policy, from: [...new Set([...(policy.from ?? []), ...more])] };
}
