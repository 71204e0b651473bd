/**
 * The routes of one service port or gateway host, ready to be asked: the first that matches decides. Long tables are asked by
 * path and by header first, so that the cost of a decision does not grow with routes for other paths and other values.
 */
import { conditionsOf } from "../capabilities/matching/simulate.ts";
import { type Condition, type Message, unknowableIn, valuesOf } from "../contract/message.ts";
import type { NamedMatch } from "../ir/match.ts";
import type { RouteIr, RouteTableIr, ServiceId } from "../ir/mesh-ir.ts";
import { type Course, courseOf } from "./follow.ts";
import type { RouteRef } from "./verdict.ts";

export interface PreparedRoute {
  readonly ir: RouteIr;
  readonly ref: RouteRef;
  readonly course: Course;
  /** In the order of the table. */
  readonly position: number;
  readonly conditions: readonly Condition[];
  /** Why nobody can say whether it matches. */
  readonly unknowable: string | undefined;
}

export class RouteTable {
  readonly name: string;
  readonly routes: readonly PreparedRoute[];
  readonly #exact = new Map<string, Shelf>();
  readonly #prefix = new Map<string, Shelf>();
  readonly #anyPath = new Shelf();

  constructor({ name, routes }: RouteTableIr) {
    this.name = name;
    this.routes = routes.map((route, position) => preparedRoute(name, route, position));
    for (const route of this.routes) this.#shelfOf(route).add(route);
  }

  #shelfOf({ ir }: PreparedRoute): Shelf {
    const { path } = ir.matching;
    if (path?.kind === "exact") return obtain(this.#exact, path.path, newShelf);
    if (path?.kind === "prefix" && path.path !== "/") return obtain(this.#prefix, path.path, newShelf);
    return this.#anyPath;
  }

  /** The route that decides. */
  find(message: Message, caller: ServiceId | undefined): PreparedRoute | undefined {
    let best = this.#exact.get(message.path)?.first(undefined, message, caller);
    if (this.#prefix.size > 0)
      for (let end = message.path.length; end > 0; end = message.path.lastIndexOf("/", end - 1))
        best = this.#prefix.get(message.path.slice(0, end))?.first(best, message, caller) ?? best;
    return this.#anyPath.first(best, message, caller) ?? best;
  }
}

/** The routes of one path. Those that ask for a value of a header are found by it, the others one after the other. */
class Shelf {
  readonly #byHeader = new Map<string, Map<string, PreparedRoute[]>>();
  readonly #others: PreparedRoute[] = [];

  /** In the order of the table. */
  add(route: PreparedRoute): void {
    const asked = route.unknowable === undefined ? route.ir.matching.headers.find(isExact) : undefined;
    if (asked === undefined) this.#others.push(route);
    else obtain(obtain(this.#byHeader, asked.name, newRoutes), asked.match.value, () => []).push(route);
  }

  /** The first that matches, unless `best` comes before it. */
  first(best: PreparedRoute | undefined, message: Message, caller: ServiceId | undefined): PreparedRoute | undefined {
    let found = firstOf(this.#others, best, message, caller);
    for (const [name, byValue] of this.#byHeader)
      for (const value of valuesOf(message, name)) found = firstOf(byValue.get(value), found, message, caller);
    return found;
  }
}

type ExactHeader = NamedMatch & { readonly match: { readonly kind: "exact" } };

const isExact = (asked: NamedMatch): asked is ExactHeader => asked.match.kind === "exact";

const newShelf = () => new Shelf();
const newRoutes = () => new Map<string, PreparedRoute[]>();

function obtain<V>(map: Map<string, V>, key: string, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = create()));
  return value;
}

function preparedRoute(table: string, ir: RouteIr, position: number): PreparedRoute {
  const conditions = conditionsOf(ir.matching);
  const ref = { table, name: ir.name, path: ir.path };
  return { ir, ref, course: courseOf(ir), position, conditions, unknowable: unknowableIn(conditions) };
}

/** The first of `routes` that matches, unless `best` comes before it. */
function firstOf(
  routes: readonly PreparedRoute[] | undefined,
  best: PreparedRoute | undefined,
  message: Message,
  caller: ServiceId | undefined,
): PreparedRoute | undefined {
  if (routes === undefined) return best;
  for (const route of routes) {
    if (best !== undefined && best.position < route.position) return best;
    if (unmetOf(route, message, caller) === undefined) return route;
  }
  return best;
}

/** The first condition that fails; `undefined` where the route matches. */
export function unmetOf(
  { conditions }: PreparedRoute,
  message: Message,
  caller: ServiceId | undefined,
): Condition | undefined {
  for (const condition of conditions) if (!condition.holds(message, caller)) return condition;
  return undefined;
}
