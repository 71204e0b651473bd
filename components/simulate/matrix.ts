/** Who may call whom, on which methods and paths: what access, mutual TLS and declared calls come to together. */

import { DECLARED_CALLS } from "../capabilities/access/ir.ts";
import { type Policy, policiesOf, speaksOf } from "../capabilities/access/simulate.ts";
import type { CallerIr, MeshIr, ServiceIr } from "../ir/mesh-ir.ts";
import type { PortIr, Protocol } from "../ir/port.ts";
import type { SpiffeId } from "../values/spiffe-id.ts";

export interface MatrixRow {
  /**
   * The key of a service or gateway; `WITHOUT_TLS` for whoever comes by plaintext; `UNDECLARED` for all other workloads of the mesh,
   * where they are let through.
   */
  readonly from: string;
  readonly to: string;
  readonly port: string;
  readonly protocol: Protocol;
  /** One of these must be met; each is all that its rule asks, nothing where it lets everything in. */
  readonly may: readonly Grant[];
  /** None of these may be met. */
  readonly never: readonly Grant[];
  /** None of this is enforced yet: whatever else is asked is let through, too. */
  readonly audited?: true;
}

export interface Grant {
  /** The rule; absent where the declared call itself, or `permissive`, lets the caller in. */
  readonly rule?: string;
  /** In words; all of them must hold. */
  readonly asks: readonly string[];
}

export const WITHOUT_TLS = "(without TLS)";
export const UNDECLARED = "(anybody else)";

export const matrixOf = (mesh: MeshIr): readonly MatrixRow[] => [
  ...mesh.services.flatMap((service) => service.ports.flatMap((port) => rowsOf(service, port))),
  ...mesh.services.flatMap((service) => outsideOf(service, mesh)),
];

function rowsOf(service: ServiceIr, port: PortIr): readonly MatrixRow[] {
  const access = service.access.ports.find(({ port: name }) => name === port.name);
  const { allow, deny } = policiesOf(access ?? { port: port.name, allow: [], deny: [] });
  const isAudited = service.access.enforcement === "audit";
  const place = { to: service.key, port: port.name, protocol: port.protocol, ...(isAudited && AUDITED) };
  const rowOf = (from: string, identity: SpiffeId | undefined): MatrixRow => {
    const may = identity === undefined ? [EVERYTHING] : grantsOf(allow, identity);
    return { from, ...place, may, never: grantsOf(deny, identity) };
  };
  const callers = service.callers.filter(({ port: name }) => name === port.name);
  return [
    ...callers.map(({ key, identity }: CallerIr) => rowOf(key, identity)),
    ...(isAudited ? [{ from: UNDECLARED, ...place, may: [], never: [] }] : []),
    ...(service.mtls.mode === "permissive" ? [rowOf(WITHOUT_TLS, undefined)] : []),
  ];
}

const AUDITED = { audited: true } as const;
const EVERYTHING: Grant = { asks: [] };

const grantsOf = (policies: readonly Policy[], identity: SpiffeId | undefined): readonly Grant[] =>
  policies
    .filter((policy) => speaksOf(policy, identity))
    .map(({ ir, conditions }) => ({
      ...(ir.name === DECLARED_CALLS ? {} : { rule: ir.name }),
      asks: conditions.map(({ text }) => text),
    }));

/** Nobody asks who calls a server outside; that the call is declared is all. */
const outsideOf = ({ key, calls }: ServiceIr, { externals }: MeshIr): readonly MatrixRow[] =>
  calls.flatMap(({ to, port }) => {
    const external = externals.find(({ id }) => id === to);
    const found = external?.ports.find(({ name }) => name === port);
    if (external === undefined || found === undefined) return [];
    return [{ from: key, to: external.key, port, protocol: found.protocol, may: [EVERYTHING], never: [] }];
  });

/** How much of a port a caller may use. */
export type Extent = "all" | "some" | "nothing";

export function extentOf({ may, never }: MatrixRow): Extent {
  if (may.length === 0 || never.some(({ asks }) => asks.length === 0)) return "nothing";
  return may.some(({ asks }) => asks.length === 0) && never.length === 0 ? "all" : "some";
}

/** `GET or HEAD, path is /items or below (readOnly); never path is /admin or below (noAdmin)` */
export function extentText(row: MatrixRow): string {
  return row.audited === true ? `${enforcedText(row)}; only audited: nothing is refused` : enforcedText(row);
}

function enforcedText(row: MatrixRow): string {
  if (extentOf(row) === "nothing") return "nothing";
  const never = row.never.length === 0 ? "" : `; never ${row.never.map(grantText).join(" or ")}`;
  return `${row.may.map(grantText).join(" or ")}${never}`;
}

const grantText = ({ rule, asks }: Grant): string =>
  `${asks.length === 0 ? "everything" : asks.join(", ")}${rule === undefined ? "" : ` (${rule})`}`;
