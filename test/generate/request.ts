/** Requests to a mesh by its own names: most of them are what some route or rule there asks for, in one spelling or another. */
import fc from "fast-check";
import type { MatchingIr } from "../../components/capabilities/matching/ir.ts";
import type { NamedMatch, PathMatch, TextMatch } from "../../components/ir/match.ts";
import type { MeshIr, ServiceIr } from "../../components/ir/mesh-ir.ts";
import type { RequestSpec } from "../../components/simulate/spec.ts";
import { headerValue, path, token } from "./texts.ts";

export const specsFor = (ir: MeshIr): fc.Arbitrary<RequestSpec> => {
  const places = placesOf(ir);
  return fc
    .oneof(...places.map(({ weight, places: some }) => ({ weight, arbitrary: fc.constantFrom(...some) })))
    .chain((place) => messageFor(aimsOf(place, ir)).map((message) => ({ ...place, ...message })));
};

// --- who asks whom ---------------------------------------------------------------------------------------------------

type Place = Pick<RequestSpec, "from" | "to">;

function placesOf(ir: MeshIr) {
  const calls = ir.services.flatMap((service) => callsOf(service, ir));
  const doors = ir.gateways.flatMap(({ listeners }) =>
    listeners.flatMap(({ tls, hosts }) =>
      hosts.map((host): Place => ({ from: "outside", to: `${tls === undefined ? "http" : "https"}://${host}` })),
    ),
  );
  const straight = ir.services.flatMap(({ key, ports }) =>
    ports.flatMap(({ name }) => ["stranger", "plaintext"].map((from): Place => ({ from, to: `${key}:${name}` }))),
  );
  const routed = [...calls, ...doors].filter((place) => routesAt(place, ir).length > 0);
  return [
    { weight: 16, places: routed },
    { weight: 8, places: calls },
    { weight: 4, places: doors },
    { weight: 1, places: straight },
  ].filter(({ places }) => places.length > 0);
}

const callsOf = ({ key, calls }: ServiceIr, { services, externals }: MeshIr): readonly Place[] =>
  calls.flatMap(({ to, port }) => {
    const callee = [...services, ...externals].find(({ id }) => id === to);
    return callee === undefined ? [] : [{ from: key, to: `${callee.key}:${port}` }];
  });

// --- what they are after ---------------------------------------------------------------------------------------------

/** What a route or a rule asks for. */
type Aim = Pick<MatchingIr, "path" | "methods"> & Partial<Pick<MatchingIr, "headers" | "query" | "cookies">>;

function aimsOf(place: Place, ir: MeshIr): readonly Aim[] {
  const [key, port] = place.to.split(":");
  const access = ir.services.find((one) => one.key === key)?.access.ports.find((one) => one.port === port);
  const rules = [...(access?.deny ?? []), ...(access?.allow ?? [])].map(({ paths, methods, headers }): Aim => {
    const [first] = paths ?? [];
    return { ...(first && { path: first }), ...(methods && { methods }), headers };
  });
  const routes = routesAt(place, ir);
  return [...routes, ...routes, ...routes, ...rules, {}];
}

/** Routes that somebody wrote, and that may be for this caller. */
function routesAt({ from, to }: Place, { services, gateways }: MeshIr): readonly MatchingIr[] {
  const [key, port] = to.split(":");
  const caller = services.find((one) => one.key === from)?.id;
  const own = services.find((one) => one.key === key)?.routes.filter(({ name }) => name === port) ?? [];
  const tables = [...own, ...gateways.flatMap(({ hosts }) => hosts.filter(({ name }) => to.endsWith(`//${name}`)))];
  return tables
    .flatMap(({ routes }) => routes.filter(({ path: at }) => at[0] !== "services"))
    .map(({ matching }) => matching)
    .filter(({ source }) => source === undefined || source === caller);
}

// --- the message -----------------------------------------------------------------------------------------------------

type Pair = readonly [name: string, value: string];

const SPELLINGS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.replaceAll("/", "//"),
  (text) => text.replace(/\/([^/]*)$/, "/./$1"),
  (text) => text.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  (text) => `${text}/../x`,
  (text) => text.replace(/(.)\//, "$1%2f"),
];

const anyPair = fc.tuple(token, headerValue);

function messageFor(aims: readonly Aim[]): fc.Arbitrary<Omit<RequestSpec, "from" | "to">> {
  const spelling = fc.oneof(
    { weight: 4, arbitrary: fc.constant(SPELLINGS[0] as (typeof SPELLINGS)[0]) },
    { weight: 1, arbitrary: fc.constantFrom(...SPELLINGS) },
  );
  return fc
    .record({
      aim: fc.constantFrom(...aims),
      spelling,
      elsewhere: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: path }),
      method: fc.constantFrom("GET", "GET", "POST", "DELETE"),
      more: fc.array(anyPair, { maxLength: 1 }),
    })
    .map(({ aim, spelling: spell, elsewhere, method, more }) => {
      const query = [...pairsFor(aim.query)].map(([name, value]) => `${name}=${value}`).join("&");
      const cookie = pairsFor(aim.cookies).map(([name, value]) => `${name}=${value}`);
      return {
        method: aim.methods?.[0] ?? method,
        path: `${spell(elsewhere ?? pathFor(aim.path))}${query === "" ? "" : `?${query}`}`,
        headers: [
          ...pairsFor(aim.headers),
          ...(cookie.length > 0 ? [["cookie", cookie.join("; ")] as const] : []),
          ...more,
        ],
      };
    });
}

const pathFor = (wanted: PathMatch | undefined): string =>
  wanted === undefined ? "/" : wanted.kind === "regex" ? exampleOf(wanted.regex) : wanted.path;

const pairsFor = (wanted: readonly NamedMatch[] = []): readonly Pair[] =>
  wanted.flatMap(({ name, match }) => {
    const value = valueFor(match);
    return value === undefined ? [] : [[name, value] as const];
  });

function valueFor(match: TextMatch): string | undefined {
  if (match.kind === "absent") return undefined;
  return match.kind === "present" ? "1" : match.kind === "regex" ? exampleOf(match.regex) : match.value;
}

/** Texts that the regular expressions of the generator match; of another one nothing is known. */
const EXAMPLES = ["/v1/items", "a", "x", '"', "12.", "abc", "$1", "/"];

const exampleOf = (regex: string): string =>
  EXAMPLES.find(
    (text) => regex === ".*" || regex.startsWith("(?i)") || regex.startsWith("\\Q") || isMatch(regex, text),
  ) ?? "/";

function isMatch(regex: string, text: string): boolean {
  return new RegExp(`^(?:${regex})$`).test(text);
}
