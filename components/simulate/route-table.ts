/**
 * The routes of one service port or gateway host, ready to be asked: the first that matches decides. Long tables are asked by
 * path first, so that the cost of a decision does not grow with routes for other paths.
 */
import { conditionsOf } from "../capabilities/matching/simulate.ts";
import { type Condition, type Message, unknowableIn } from "../contract/message.ts";
import type { RouteIr, RouteTableIr, ServiceId } from "../ir/mesh-ir.ts";

export interface PreparedRoute {
  readonly ir: RouteIr;
  /** In the order of the table. */
  readonly position: number;
  readonly conditions: readonly Condition[];
  /** Why nobody can say whether it matches. */
  readonly unknowable: string | undefined;
}

export class RouteTable {
  readonly name: string;
  readonly routes: readonly PreparedRoute[];
  readonly #exact = new Map<string, PreparedRoute[]>();
  readonly #prefix = new Map<string, PreparedRoute[]>();
  readonly #anyPath: PreparedRoute[] = [];

  constructor({ name, routes }: RouteTableIr) {
    this.name = name;
    this.routes = routes.map(preparedRoute);
    for (const route of this.routes) this.#file(route);
  }

  #file(route: PreparedRoute): void {
    const path = route.ir.matching.path;
    if (path?.kind === "exact") append(this.#exact, path.path, route);
    else if (path?.kind === "prefix" && path.path !== "/") append(this.#prefix, path.path, route);
    else this.#anyPath.push(route);
  }

  /** The route that decides. */
  find(message: Message, caller: ServiceId | undefined): PreparedRoute | undefined {
    let best = firstOf(this.#exact.get(message.path), undefined, message, caller);
    if (this.#prefix.size > 0)
      for (let end = message.path.length; end > 0; end = message.path.lastIndexOf("/", end - 1))
        best = firstOf(this.#prefix.get(message.path.slice(0, end)), best, message, caller);
    return firstOf(this.#anyPath, best, message, caller);
  }
}

function preparedRoute(ir: RouteIr, position: number): PreparedRoute {
  const conditions = conditionsOf(ir.matching);
  return { ir, position, conditions, unknowable: unknowableIn(conditions) };
}

function append(map: Map<string, PreparedRoute[]>, key: string, route: PreparedRoute): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [route]);
  else list.push(route);
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
