/**
 * The routes of one service port or gateway host, ready to be asked: the first that matches decides. They are found by their path
 * and by the value of a header, so that the cost of a decision does not grow with routes for other paths and other values.
 */
import type { MatchingIr } from "../capabilities/matching/ir.ts";
import { conditionsOf } from "../capabilities/matching/simulate.ts";
import { type Condition, type Message, unknowableIn, valuesOf } from "../contract/message.ts";
import { PROXY_HEADERS } from "../contract/proxy-headers.ts";
import type { NamedMatch, PathMatch } from "../ir/match.ts";
import type { RouteTableIr, ServiceId } from "../ir/mesh-ir.ts";
import { type Course, coursesOf, type Inbound } from "./follow.ts";
import type { RouteRef } from "./verdict.ts";

/** All that a decision reads of a route alone; what it does is shared with the routes that do the same. */
export interface PreparedRoute {
  /** In the order of the table. */
  readonly position: number;
  /** What it asks beyond that by which it was found. */
  readonly asked: readonly Condition[];
  /** Found in the same place, tried after this one. */
  readonly next: PreparedRoute | undefined;
  readonly ref: RouteRef;
  /** The path it asks for. */
  readonly path: PathMatch | undefined;
  readonly course: Course;
  /** Why nobody can say whether it matches. */
  readonly unknowable: string | undefined;
}

export class RouteTable {
  readonly ir: RouteTableIr;
  readonly #exact = new Index();
  /** Regexes stand below "/", too: any path may match them. */
  readonly #prefix = new Index();
  /** Each once: where a path is looked at for a prefix. */
  readonly #prefixLengths: number[] = [];

  constructor(ir: RouteTableIr, inbound: Inbound) {
    this.ir = ir;
    const courseOf = coursesOf(inbound);
    // The last one first: each is added with what comes after it.
    for (const [position, { name, path, matching, ...does }] of [...ir.routes.entries()].reverse()) {
      const ref = { table: ir.name, name, path };
      this.#add({ position, ref, path: matching.path, course: courseOf(does) }, matching);
    }
  }

  #add(route: Unplaced, matching: MatchingIr): void {
    const { path, ...beyond } = matching;
    if (path?.kind === "exact") this.#exact.add(path.path, route, beyond);
    else if (path?.kind === "prefix") this.#addPrefix(path.path, route, beyond);
    else this.#addPrefix("/", route, matching);
  }

  #addPrefix(prefix: string, route: Unplaced, beyond: MatchingIr): void {
    this.#prefix.add(prefix, route, beyond);
    const { length } = prefix;
    if (!this.#prefixLengths.includes(length)) this.#prefixLengths.push(length);
  }

  /** The route that decides. */
  find(message: Message, caller: ServiceId | undefined): PreparedRoute | undefined {
    const { path } = message;
    let best = this.#exact.first(path, undefined, message, caller);
    for (const length of this.#prefixLengths)
      if (length === path.length || path.charCodeAt(length) === SLASH)
        best = this.#prefix.first(path.slice(0, length), best, message, caller);
    return this.#prefix.first("/", best, message, caller);
  }
}

const SLASH = "/".charCodeAt(0);

type Unplaced = Pick<PreparedRoute, "position" | "ref" | "path" | "course">;

/** Routes by path, and those that ask for a value of a header by that, too: found, not searched. */
class Index {
  readonly #byPath = new Map<string, PreparedRoute>();
  readonly #byHeader = new Map<string, Map<string, Map<string, PreparedRoute>>>();

  /** Before all that are here. */
  add(path: string, route: Unplaced, matching: MatchingIr): void {
    const key = matching.headers.find(isKey);
    if (key === undefined) {
      this.#byPath.set(path, placed(route, conditionsOf(matching), this.#byPath.get(path)));
      return;
    }
    const beyond = { ...matching, headers: matching.headers.filter((one) => one !== key) };
    const byName = obtain(this.#byHeader, path, () => new Map<string, Map<string, PreparedRoute>>());
    const byValue = obtain(byName, key.name, () => new Map<string, PreparedRoute>());
    byValue.set(key.match.value, placed(route, conditionsOf(beyond), byValue.get(key.match.value)));
  }

  /** The first of a path that matches, unless `best` comes before it. */
  first(
    path: string,
    best: PreparedRoute | undefined,
    message: Message,
    caller: ServiceId | undefined,
  ): PreparedRoute | undefined {
    let found = firstOf(this.#byPath.get(path), best, message, caller);
    const byName = this.#byHeader.size === 0 ? undefined : this.#byHeader.get(path);
    if (byName !== undefined)
      for (const [name, byValue] of byName)
        for (const value of valuesOf(message, name)) found = firstOf(byValue.get(value), found, message, caller);
    return found;
  }
}

type Key = NamedMatch & { readonly match: { readonly kind: "exact" } };

/** What proxies write cannot be looked up: nobody knows it. */
const isKey = (asked: NamedMatch): asked is Key => asked.match.kind === "exact" && !PROXY_HEADERS.has(asked.name);

function obtain<V>(map: Map<string, V>, key: string, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = create()));
  return value;
}

/** Most routes ask nothing beyond that by which they are found: one list for all of them. */
const NOTHING: readonly Condition[] = [];

const placed = (
  { position, ref, path, course }: Unplaced,
  conditions: readonly Condition[],
  next: PreparedRoute | undefined,
): PreparedRoute => ({
  position,
  asked: conditions.length === 0 ? NOTHING : conditions,
  next,
  ref,
  path,
  course,
  unknowable: unknowableIn(conditions),
});

/** The first from `route` on that matches, unless `best` comes before it. */
function firstOf(
  route: PreparedRoute | undefined,
  best: PreparedRoute | undefined,
  message: Message,
  caller: ServiceId | undefined,
): PreparedRoute | undefined {
  for (let one = route; one !== undefined; one = one.next) {
    if (best !== undefined && best.position < one.position) return best;
    if (unmetOf(one.asked, message, caller) === undefined) return one;
  }
  return best;
}

/** The first condition that fails. */
export function unmetOf(
  conditions: readonly Condition[],
  message: Message,
  caller: ServiceId | undefined,
): Condition | undefined {
  for (const condition of conditions) if (!condition.holds(message, caller)) return condition;
  return undefined;
}
