/** Matching: each kind of condition on real requests, the order of routes, and trees that answer as lists do. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  authority,
  calledBy,
  cookie,
  defineMesh,
  header,
  http,
  listen,
  method,
  path,
  pathMatches,
  query,
} from "meshwright";
import { pathMatches as matchesPath } from "../../components/capabilities/matching/order.ts";
import { fileText } from "../../components/engines/envoy/block.ts";
import type { RouteIr } from "../../components/ir/mesh-ir.ts";
import type { Cell } from "./cells.ts";
import { liveMesh, repeat, request, shows } from "./live-mesh.ts";

/** A proxy answers with the name of the route that matched. */
const says = (body: string) => ({ respond: { status: 200, body } });
const under = (name: string) => path(`/${name}`).andBelow();

/** A condition of each kind, under a path of its own. */
const conditions = {
  method: method("GET", "put"),
  "header-exact": header("X-Kind").is("a.c"),
  "header-prefix": header("x-kind").startsWith("ab"),
  "header-regex": header("x-kind").matches("a[0-9]+|b"),
  "header-present": header("x-kind").isPresent(),
  "header-absent": header("x-kind").isAbsent(),
  "query-exact": query("q").is("a.c"),
  "query-regex": query("q").matches("a[0-9]+|b"),
  "query-present": query("q").isPresent(),
  "cookie-exact": cookie("c").is("a.c"),
  "cookie-regex": cookie("c").matches("a[0-9]+|b"),
  "authority-exact": authority("KINDS.match:9080"),
  source: calledBy("web"),
} as const;

type Route = { readonly when: readonly object[] | object; readonly priority?: number; readonly respond: object };

const kinds = Object.fromEntries(
  Object.entries(conditions).map(([name, condition]) => [name, { when: [under(name), condition], ...says(name) }]),
);

const prefixes = ["a", "b", "c"].flatMap((one) => ["x", "y", "z"].map((two) => `/${one}/${two}`));

/** 46 routes whose prefixes, exact paths, methods, headers and queries overlap in every way that needs no priority. */
const many: Readonly<Record<string, Route>> = Object.fromEntries([
  ...prefixes.map((at) => [`p${at.replaceAll("/", "-")}`, { when: path(at).andBelow(), ...says(`prefix ${at}`) }]),
  ...prefixes.map((at) => [`e${at.replaceAll("/", "-")}`, { when: path(at).exactly(), ...says(`exact ${at}`) }]),
  ...prefixes.map((at) => [
    `h${at.replaceAll("/", "-")}`,
    { when: [path(at).andBelow(), header("x-h").is("1")], ...says(`header ${at}`) },
  ]),
  ...prefixes.map((at) => [
    `m${at.replaceAll("/", "-")}`,
    { when: [path(at).exactly(), method("POST")], ...says(`post ${at}`) },
  ]),
  ...["a", "b"].map((at) => [`s-${at}`, { when: path(`/${at}`).andBelow(), ...says(`short ${at}`) }]),
  ...["a", "b"].map((at) => [
    `q-${at}`,
    { when: [path(`/${at}`).andBelow(), query("q").isPresent()], ...says(`query ${at}`) },
  ]),
  ["deep", { when: path("/a/x/deep").exactly(), ...says("deep") }],
  ["first", { when: header("x-first").is("1"), priority: 5, ...says("first") }],
  ["rest", { when: path("/").andBelow(), ...says("rest") }],
  ["head", { when: header("x-h").is("2"), ...says("head") }],
]);

const mesh = defineMesh({
  name: "match",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["kinds", "paths", "order", "many"] },
    other: { ports: { http: http(80) }, calls: ["kinds"] },
    kinds: { ports: { http: http(9080) } },
    paths: { ports: { http: http(9080) } },
    order: { ports: { http: http(9080) } },
    many: { ports: { http: http(9080) } },
    site: { ports: { http: http(9080) } },
  },
  routes: {
    kinds,
    paths: {
      exact: { when: path("/exact/a.b").exactly(), ...says("exact") },
      prefix: { when: path("/prefix/").andBelow(), ...says("prefix") },
      regex: { when: pathMatches("/regex/[0-9]+(/x)?"), priority: 1, ...says("regex") },
    },
    // Names and positions in the opposite order of what must win.
    order: {
      a: { when: path("/p").andBelow(), ...says("prefix") },
      b: { when: path("/p/long").andBelow(), ...says("longer prefix") },
      c: { when: [path("/p").andBelow(), query("q").isPresent()], ...says("with query") },
      d: { when: [path("/p").andBelow(), header("x-h").isPresent()], ...says("with header") },
      e: {
        when: [path("/p").andBelow(), header("x-h").isPresent(), cookie("c").is("1")],
        ...says("with header and cookie"),
      },
      f: { when: [path("/p").andBelow(), method("POST")], ...says("with method") },
      g: { when: path("/p/exact").exactly(), ...says("exact") },
      h: { when: pathMatches("/p/[0-9]+"), priority: 1, ...says("regex with priority") },
      low: { when: header("x-tie").is("1"), ...says("low") },
      top: { when: header("x-also").is("1"), priority: 3, ...says("top") },
      negative: { when: path("/p/exact").exactly(), priority: -1, ...says("never") },
    },
    many,
  } as never,
  gateways: {
    edge: {
      listeners: { web: listen.http(80, { hosts: ["a.example", "b.example"] }) },
      routes: {
        a: { hosts: ["a.example"], when: path("/x").exactly(), ...says("a") },
        b: { hosts: ["b.example"], when: path("/x").exactly(), ...says("b") },
        both: { when: authority("A.example"), ...says("authority") },
        all: { to: "site" },
      },
    },
  },
});

interface Sent {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly host?: string;
  readonly from?: string;
}

liveMesh("matching", mesh, (live) => {
  /** The route that a request met; `otherwise` where the service itself answered. */
  async function met(
    service: string,
    { path, method = "GET", headers = {}, host = service, from = "web" }: Sent,
  ): Promise<string> {
    const { status, body } = await request(live, from, `http://${host}:9080${path}`, { method, headers });
    assert.equal(status, 200, body);
    return body.startsWith("{") ? "otherwise" : body;
  }

  const kind = (
    name: keyof typeof conditions,
    cells: readonly Cell[],
    hits: readonly Omit<Sent, "path">[],
    misses: readonly Omit<Sent, "path">[],
    queries: readonly string[] = [],
    notQueries: readonly string[] = [],
  ) =>
    shows([`when.kind=${name}` as Cell, ...cells], `${name} matches what it names and nothing else`, async () => {
      const hit = [
        ...hits.map((sent) => ({ path: `/${name}`, ...sent })),
        ...queries.map((text) => ({ path: `/${name}${text}` })),
      ];
      const miss = [
        ...misses.map((sent) => ({ path: `/${name}`, ...sent })),
        ...notQueries.map((text) => ({ path: `/${name}${text}` })),
      ];
      assert.ok(hit.length > 0 && miss.length > 0);
      for (const sent of hit) assert.equal(await met("kinds", sent), name, JSON.stringify(sent));
      for (const sent of miss) assert.equal(await met("kinds", sent), "otherwise", JSON.stringify(sent));
    });

  const value = (text: string) => ({ headers: { "x-kind": text } });
  const biscuit = (text: string) => ({ headers: { cookie: text } });

  kind("method", ["when.methods"], [{}, { method: "PUT" }], [{ method: "POST" }, { method: "DELETE" }]);
  kind("header-exact", ["when.name", "when.value"], [value("a.c")], [value("abc"), value("a.c2"), value("A.C"), {}]);
  kind("header-prefix", ["when.name", "when.value"], [value("ab"), value("abc")], [value("a"), value("xab"), {}]);
  kind(
    "header-regex",
    ["when.name", "when.regex"],
    [value("a1"), value("b")],
    [value("a"), value("a1x"), value("xb"), {}],
  );
  kind("header-present", ["when.name"], [value("x")], [{}]);
  kind("header-absent", ["when.name"], [{}], [value("x")]);
  kind(
    "query-exact",
    ["when.name", "when.value"],
    [],
    [],
    ["?q=a.c", "?x=1&q=a.c"],
    ["", "?q=abc", "?q=", "?Q=a.c", "?qq=a.c"],
  );
  kind("query-regex", ["when.name", "when.regex"], [], [], ["?q=a12", "?q=b"], ["?q=a", "?q=bb", "?x=b"]);
  kind("query-present", ["when.name"], [], [], ["?q", "?q=", "?q=1&x"], ["", "?x=q", "?qq=1"]);
  kind(
    "cookie-exact",
    ["when.name", "when.value"],
    [biscuit("c=a.c"), biscuit("b=1; c=a.c; d=2")],
    [biscuit("c=abc"), biscuit("d=a.c"), {}],
  );
  kind(
    "cookie-regex",
    ["when.name", "when.regex"],
    [biscuit("c=a1"), biscuit("x=1; c=b")],
    [biscuit("c=a"), biscuit("c=bb"), {}],
  );
  kind(
    "authority-exact",
    ["when.value"],
    [{ host: "kinds.match" }, { host: "Kinds.Match" }],
    [{}, { host: "kinds.match.svc" }],
  );
  kind("source", ["when.service"], [{ from: "web" }], [{ from: "other" }]);

  const table = (cells: readonly Cell[], service: string, rows: readonly (readonly [Sent | string, string])[]) => {
    for (const [sent, wanted] of rows) {
      const shown = typeof sent === "string" ? sent : JSON.stringify(sent);
      shows(cells, `${service}: ${shown} → ${wanted}`, async () =>
        assert.equal(await met(service, typeof sent === "string" ? { path: sent } : sent), wanted),
      );
    }
  };

  table(["when.kind=path-exact", "when.path"], "paths", [
    ["/exact/a.b", "exact"],
    ["/exact/a.b?q=1", "exact"],
    ["/exact/./x/../a.b", "exact"],
    ["//exact//a.b", "exact"],
    ["/exact/axb", "otherwise"],
    ["/exact/a.b/", "otherwise"],
    ["/exact/a.b/c", "otherwise"],
    ["/Exact/a.b", "otherwise"],
  ]);
  table(["when.kind=path-prefix", "when.path"], "paths", [
    ["/prefix", "prefix"],
    ["/prefix/", "prefix"],
    ["/prefix/x?q=1", "prefix"],
    ["/prefix?q=1", "prefix"],
    ["/prefixed", "otherwise"],
    ["/x/prefix", "otherwise"],
  ]);
  table(["when.kind=path-regex", "when.regex"], "paths", [
    ["/regex/12", "regex"],
    ["/regex/12/x?q=1", "regex"],
    ["/regex/12/y", "otherwise"],
    ["/a/regex/12", "otherwise"],
  ]);
  table([], "order", [
    ["/p/x", "prefix"],
    ["/p/long/x", "longer prefix"],
    ["/p/x?q=1", "with query"],
    [{ path: "/p/x?q=1", headers: { "x-h": "1" } }, "with header"],
    [{ path: "/p/x", headers: { "x-h": "1", cookie: "c=1" } }, "with header and cookie"],
    [{ path: "/p/x", method: "POST", headers: { "x-h": "1", cookie: "c=1" } }, "with method"],
    [{ path: "/p/long", method: "POST" }, "longer prefix"],
    [{ path: "/p/exact", method: "POST", headers: { "x-h": "1" } }, "exact"],
  ]);
  table(["matching.priority"], "order", [
    ["/p/12", "regex with priority"],
    [{ path: "/p/exact", headers: { "x-also": "1" } }, "top"],
    [{ path: "/other", headers: { "x-tie": "1", "x-also": "1" } }, "top"],
    [{ path: "/other", headers: { "x-tie": "1" } }, "low"],
    ["/p/exact", "exact"],
  ]);

  it("routes of a gateway belong to their hosts", async () => {
    const at = async (host: string) => (await request(live, "web", `http://${host}/x`, { from: "outside" })).body;
    assert.deepEqual([await at("a.example"), await at("b.example")], ["a", "b"]);
  });

  it("an authority at a gateway", async () => {
    assert.equal((await request(live, "web", "http://a.example/y", { from: "outside" })).body, "authority");
    assert.equal(
      JSON.parse((await request(live, "web", "http://b.example/y", { from: "outside" })).body).service,
      "site",
    );
  });

  it("a long list is a tree, which answers as the list does", async () => {
    const { ir, proxies } = live().plan;
    const routes = ir.services.find(({ key }) => key === "many")?.routes[0]?.routes ?? [];
    assert.ok(routes.length > 32);
    const file = proxies
      .find(({ name }) => name === "match/web")
      ?.files.find(({ path }) => path === "rds/outbound.json");
    assert.ok(file !== undefined && fileText(file).includes("matcher_tree"), "the list is long enough for a tree");
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
    const sent = fc.sample(requests, { numRuns: 2_000, seed });
    const answers = await repeat(sent.length, (index) => met("many", sent[index] as Sent));
    for (const [index, one] of sent.entries()) {
      const expected = routes.find((route) => matches(route, one));
      const { body } = (expected as RouteIr).respond as { readonly body: string };
      assert.equal(answers[index], body, `seed ${seed}: ${JSON.stringify(one)}`);
    }
    assert.ok(new Set(answers).size > 20, "the requests meet many routes");
  });
});

const segment = fc.constantFrom("a", "b", "c", "x", "y", "z", "deep", "xx", "");
const requests: fc.Arbitrary<Sent> = fc.record({
  path: fc
    .tuple(fc.array(segment, { minLength: 1, maxLength: 4 }), fc.constantFrom("", "?", "?q=1", "?r=/a/x", "?/"))
    .map(([segments, rest]) => `/${segments.join("/")}`.replaceAll(/\/{2,}/g, "/") + rest),
  method: fc.constantFrom("GET", "POST"),
  headers: fc.constantFrom<Readonly<Record<string, string>>[]>(
    {},
    {},
    { "x-h": "1" },
    { "x-h": "2" },
    { "x-first": "1" },
  ),
});

/** What the routes of `many` ask: paths, methods, one exact header, one query parameter. */
function matches({ matching }: RouteIr, { path: target, method = "GET", headers = {} }: Sent): boolean {
  const [only = "", search] = target.split("?", 2);
  return (
    (matching.path === undefined || matchesPath(matching.path, only)) &&
    (matching.methods === undefined || matching.methods.includes(method)) &&
    matching.headers.every(({ name, match }) => match.kind === "exact" && headers[name] === match.value) &&
    matching.query.every(({ name }) => new URLSearchParams(search).has(name))
  );
}
