/** Routes as a user of Meshwright would write them, by name; what several hosts or ports share is written once. */
import { calledBy } from "../../model/conditions.ts";
import { conditionsFor } from "./matches.ts";
import type { Ordered } from "./precedence.ts";

export type WrittenRoutes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * @param tables by host or port
 * @param forThose how a route says that it is for these alone; several where one route can only name one
 */
export function writtenRoutes(
  tables: ReadonlyMap<string, readonly Ordered[]>,
  forThose: (names: readonly string[]) => readonly Readonly<Record<string, unknown>>[],
): WrittenRoutes {
  const shared = new Map<string, { readonly name: string; readonly route: object; readonly names: string[] }>();
  for (const [table, routes] of tables)
    for (const one of routes) {
      const route = writtenRoute(one);
      const id = JSON.stringify([one.name, route]);
      const known = shared.get(id) ?? { name: one.name, route, names: [] };
      known.names.push(table);
      shared.set(id, known);
    }
  const written: Record<string, Readonly<Record<string, unknown>>> = {};
  for (const { name, route, names } of shared.values()) {
    const isForAll = names.length === tables.size;
    for (const own of isForAll ? [{}] : forThose(names)) written[freeName(name, written)] = { ...route, ...own };
  }
  return written;
}

function writtenRoute({ asked, caller, does, priority }: Ordered): object {
  const when = [...conditionsFor(asked), ...(caller === undefined ? [] : [calledBy(caller)])];
  return { ...(when.length > 0 && { when }), ...does, ...(priority > 0 && { priority }) };
}

/** The longest name a route may have. */
const LONGEST = 63;

function freeName(wanted: string, taken: Readonly<Record<string, unknown>>): string {
  const clean = wanted.replace(/[^A-Za-z0-9-]/g, "-");
  const end = clean.match(/(?:-[^-]+){1,2}$/)?.[0] ?? "";
  const cut = clean.length <= LONGEST ? clean : clean.slice(0, LONGEST - end.length - 4).replace(/-+$/, "") + end;
  for (let count = 1; ; count++) {
    const name = count === 1 ? cut : `${cut}-${count}`;
    if (!Object.hasOwn(taken, name)) return name;
  }
}
