/**
 * Long route lists as matcher trees. Envoy tries a list one by one; a tree finds the few candidates by the path first.
 * Only where that provably keeps the order: each leaf holds every route whose path could match there, in the order of the list,
 * and every route still asks for all that it asks for in the list.
 */
import type { PathMatch } from "../../ir/match.ts";
import type { JsonObject } from "../../values/json.ts";
import { typed } from "./resources.ts";
import { type EnvoyRoute, routeMessage } from "./routes.ts";

/** Below this a list is as fast and shorter (envoy#37086: a prefix match costs about 45 ns a route). */
const WORTH_A_TREE = 32;
/** A tree repeats routes that stand above others; beyond this many copies per route the list stays. */
const MOST_COPIES = 4;

export function routesOrTree(routes: readonly EnvoyRoute[]): JsonObject {
  const list = { routes: routes.map(routeMessage) };
  if (routes.length < WORTH_A_TREE) return list;
  const leaves = leavesOf(routes);
  if (leaves === undefined) return list;
  const copies = [...leaves.values()].reduce((sum, leaf) => sum + leaf.length, 0);
  return copies > MOST_COPIES * routes.length ? list : { matcher: treeOf(leaves) };
}

/** For each path that some route names, exactly or as a prefix, the routes whose path could match there. */
type Leaves = ReadonlyMap<string, readonly EnvoyRoute[]>;

/**
 * A request goes to the longest named path that begins its own, query included. A route for another path can match it only if
 * that path ends at a segment's end and is shorter, so it is an ancestor of the one that was found.
 * `undefined` where a regex stands in the list: it could match under any leaf.
 */
function leavesOf(routes: readonly EnvoyRoute[]): Leaves | undefined {
  const paths = routes.map(({ ir }) => ir.matching.path ?? EVERY_PATH);
  if (!paths.every(isPlain)) return undefined;
  const positioned = routes.map((route, position) => ({ route, position, key: keyOf(paths[position] as PlainPath) }));
  const byKey = Map.groupBy(positioned, ({ key }) => key);
  const candidates = (path: string): readonly EnvoyRoute[] => {
    const keys = [`exact ${path}`, ...ancestors(path).map((prefix) => `prefix ${prefix}`)];
    const found = keys.flatMap((key) => byKey.get(key) ?? []).sort((a, b) => a.position - b.position);
    return found.map(({ route }) => route);
  };
  const named = new Set(paths.map(({ path }) => path));
  return new Map(Array.from(named, (path) => [path, candidates(path)]));
}

type PlainPath = Exclude<PathMatch, { readonly kind: "regex" }>;

const isPlain = (path: PathMatch): path is PlainPath => path.kind !== "regex";

const EVERY_PATH: PlainPath = { kind: "prefix", path: "/" };

const keyOf = ({ kind, path }: PlainPath): string => `${kind} ${path}`;

/** `/a/b` → `/`, `/a`, `/a/b`: the prefixes that match it, by whole segments. */
function ancestors(path: string): string[] {
  if (path === "/") return ["/"];
  const segments = path.split("/");
  return segments.map((_, index) => segments.slice(0, index + 1).join("/") || "/");
}

const treeOf = (leaves: Leaves): JsonObject => ({
  matcher_tree: {
    input: PATH,
    prefix_match_map: { map: Object.fromEntries([...leaves].map(([path, routes]) => [path, leaf(routes)])) },
  },
});

const PATH: JsonObject = {
  name: "path",
  typed_config: typed("envoy.type.matcher.v3.HttpRequestHeaderMatchInput", { header_name: ":path" }),
};

const leaf = (routes: readonly EnvoyRoute[]): JsonObject => ({
  action: {
    name: "routes",
    typed_config: typed("envoy.config.route.v3.RouteList", { routes: routes.map(routeMessage) }),
  },
});
