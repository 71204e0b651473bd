/**
 * Long route lists as matcher trees. Envoy tries a list one by one; a tree finds the few candidates by the path first.
 * Only where that provably keeps the order: each leaf holds every route whose path could match there, in the order of the list.
 */
import type { PathMatch } from "../../ir/match.ts";
import type { JsonObject } from "../../values/json.ts";
import { typed } from "./resources.ts";
import type { EnvoyRoute } from "./routes.ts";

/** Below this a list is as fast and shorter (envoy#37086: a prefix match costs about 45 ns a route). */
const WORTH_A_TREE = 32;
/** A tree repeats routes that stand above others; beyond this many copies per route the list stays. */
const MOST_COPIES = 4;

export function routesOrTree(routes: readonly EnvoyRoute[]): JsonObject {
  const list = { routes: routes.map(({ value }) => value) };
  if (routes.length < WORTH_A_TREE) return list;
  const leaves = leavesOf(routes);
  if (leaves === undefined) return list;
  const copies = leaves.exact.size + leaves.prefix.size === 0 ? Infinity : copiesIn(leaves) / routes.length;
  return copies > MOST_COPIES ? list : { matcher: treeOf(leaves) };
}

interface Leaves {
  /** Paths without a query that some exact route names. */
  readonly exact: ReadonlyMap<string, readonly EnvoyRoute[]>;
  /** Longest prefix of the raw path, each ending at a segment's end. */
  readonly prefix: ReadonlyMap<string, readonly EnvoyRoute[]>;
  readonly otherwise: readonly EnvoyRoute[];
}

/** `undefined` where a regex stands in the list: it could match under any leaf. */
function leavesOf(routes: readonly EnvoyRoute[]): Leaves | undefined {
  const paths = routes.map(({ ir }) => ir.matching.path);
  if (paths.some((path) => path?.kind === "regex")) return undefined;
  const exactPaths = new Set(paths.flatMap((path) => (path?.kind === "exact" ? [path.path] : [])));
  const prefixes = new Set(paths.flatMap((path) => (path?.kind === "prefix" && path.path !== "/" ? [path.path] : [])));
  const byPath = Map.groupBy(
    routes.map((route, position) => ({ route, position })),
    ({ route }) => keyOf(route.ir.matching.path),
  );
  const candidates = (path: string, exact: boolean): readonly EnvoyRoute[] => {
    const keys = ["", ...ancestors(path).map((prefix) => `prefix ${prefix}`), ...(exact ? [`exact ${path}`] : [])];
    const found = keys.flatMap((key) => byPath.get(key) ?? []).sort((a, b) => a.position - b.position);
    return found.map(({ route }) => route);
  };
  return {
    exact: new Map([...exactPaths, ...prefixes].map((path) => [path, candidates(path, exactPaths.has(path))])),
    prefix: new Map([...prefixes].map((path) => [path, candidates(path, false)])),
    otherwise: byPath.get("")?.map(({ route }) => route) ?? [],
  };
}

const keyOf = (path: PathMatch | undefined): string =>
  path === undefined || (path.kind === "prefix" && path.path === "/")
    ? ""
    : `${path.kind} ${path.kind === "regex" ? path.regex : path.path}`;

/** `/a/b` → `/a`, `/a/b`: the prefixes that match it, by whole segments. */
function ancestors(path: string): string[] {
  const segments = path.split("/").slice(1);
  return segments.map((_, index) => `/${segments.slice(0, index + 1).join("/")}`);
}

const copiesIn = ({ exact, prefix, otherwise }: Leaves): number =>
  [...exact.values()].reduce((sum, routes) => sum + 2 * routes.length, 0) +
  [...prefix.values()].reduce((sum, routes) => sum + routes.length, 0) +
  otherwise.length;

/**
 * `:path` holds the query, so a path ends at its end or at "?": the former is looked up whole, the latter by prefix.
 * "#" cannot occur: Envoy refuses or strips it before.
 */
function treeOf({ exact, prefix, otherwise }: Leaves): JsonObject {
  const withQuery = [...exact].map(([path, routes]) => [`${path}?`, leaf(routes)] as const);
  const below = [...prefix].map(([path, routes]) => [`${path}/`, leaf(routes)] as const);
  const byPrefix = {
    matcher_tree: { input: PATH, prefix_match_map: { map: Object.fromEntries([...withQuery, ...below]) } },
    on_no_match: leaf(otherwise),
  };
  const whole = Object.fromEntries([...exact].map(([path, routes]) => [path, leaf(routes)]));
  return { matcher_tree: { input: PATH, exact_match_map: { map: whole } }, on_no_match: { matcher: byPrefix } };
}

const PATH: JsonObject = {
  name: "path",
  typed_config: typed("envoy.type.matcher.v3.HttpRequestHeaderMatchInput", { header_name: ":path" }),
};

const leaf = (routes: readonly EnvoyRoute[]): JsonObject => ({
  action: {
    name: "routes",
    typed_config: typed("envoy.config.route.v3.RouteList", { routes: routes.map(({ value }) => value) }),
  },
});
