/** A request as a person writes it finds its place in the mesh, or is refused with a diagnostic. */
import assert from "node:assert/strict";
import { type RequestSpec, resolveRequest } from "../../../components/simulate/spec.ts";
import { meshOf } from "./asking.ts";

const http = (number: number) => ({ kind: "http", number });
const secret = { kind: "secret-ref", namespace: "shop", name: "door", key: "tls" };
const ir = meshOf({
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews", "two:a", "two:b", "mixed:main", "pay", "far", "db"] },
    reviews: { ports: { http: http(9080) }, versions: ["v1", "v2"] },
    two: { ports: { a: http(8001), b: http(8002) } },
    mixed: { ports: { main: http(80), other: http(81), raw: { kind: "tcp", number: 82 } } },
    single: { ports: { main: http(8080), raw: { kind: "tcp", number: 82 } } },
    far: { namespace: "batch", ports: { http: http(80) } },
    db: { ports: { data: { kind: "tcp", number: 5432 } } },
    none: { ports: {}, calls: ["reviews"] },
  },
  externals: { pay: { host: "pay.example.com", ports: { https: http(443) } } },
  gateways: {
    door: {
      listeners: {
        plain: { kind: "http", port: 80, hosts: ["a.example.com", "b.example.com"] },
        secure: { kind: "https", port: 443, hosts: ["c.example.com", "a.example.com"], certificate: secret },
      },
      routes: { all: { to: "reviews:http" } },
    },
  },
});

function asked(spec: Partial<RequestSpec>) {
  const resolved = resolveRequest(ir, { from: "web", to: "reviews", ...spec });
  if (resolved.kind === "refused") assert.fail(JSON.stringify(resolved.diagnostics));
  return resolved.request;
}

/** Host, path and query. */
const written = (spec: Partial<RequestSpec>) => {
  const { authority, path, query } = asked(spec).message ?? assert.fail("no message");
  return [authority, path, query];
};
const authority = (to: string, rest: Partial<RequestSpec> = {}) => written({ to, ...rest })[0];

/** Code, field, value and arguments of the diagnostics. */
function refused(spec: Partial<RequestSpec>) {
  const resolved = resolveRequest(ir, { from: "web", to: "reviews", ...spec });
  if (resolved.kind === "request") assert.fail(JSON.stringify(resolved.request));
  return resolved.diagnostics.map(({ code, path, got, args }) => [code, path.join("."), got, args]);
}

/** Of a destination that is not there: kind, name, the nearest one, and what has the name all the same. */
function unknownDestination(spec: Partial<RequestSpec>) {
  const [[code, field, got, args] = []] = refused(spec);
  const { kind, name, nearest, is } = args as Readonly<Record<string, unknown>>;
  assert.deepEqual([code, got], ["MW5031", name]);
  return [field, kind, name, nearest, is];
}

describe("requests by name", () => {
  it("has defaults for everything but the two ends", () => {
    assert.deepEqual(asked({}), {
      from: { kind: "service", service: "default/shop/web" },
      message: { method: "GET", authority: "reviews", path: "/", query: "", headers: new Map() },
    });
  });

  it("takes random draws and backends as they are", () => {
    const answers = [{ kind: "status", status: 500 } as const];
    assert.equal(asked({ random: 0 }).random, 0);
    assert.deepEqual(asked({ backends: [{ service: "reviews", version: "v2", answers }] }).backends, [
      { service: "default/shop/reviews", version: "v2", answers },
    ]);
    assert.deepEqual(asked({ backends: [{ service: "reviews", answers }] }).backends, [
      { service: "default/shop/reviews", answers },
    ]);
    const tcp = asked({ to: "db", random: 0.5, backends: [{ service: "db", answers }] });
    assert.deepEqual([tcp.random, tcp.backends?.length], [0.5, 1]);
  });

  it("takes the query off the path", () => {
    assert.deepEqual(written({ path: "/a?b?c" }), ["reviews", "/a", "?b?c"]);
    assert.deepEqual(written({ path: "/?" }), ["reviews", "/", "?"]);
  });

  it("spells the callee as its caller would: port where it must be, namespace where it is another", () => {
    assert.equal(authority("reviews:9080"), "reviews");
    assert.equal(authority("reviews:http"), "reviews");
    assert.equal(authority("two:a"), "two:8001");
    assert.equal(authority("two:8002"), "two:8002");
    assert.equal(authority("mixed:main"), "mixed");
    assert.equal(authority("mixed:other"), "mixed:81");
    assert.equal(authority("single:main"), "single");
    assert.equal(authority("far"), "far.batch");
    assert.equal(authority("pay"), "pay.example.com");
    assert.equal(authority("reviews", { host: "else" }), "else");
  });

  it("means the port that the caller calls, where it calls just one", () => {
    assert.equal(authority("mixed"), "mixed");
    assert.deepEqual(refused({ to: "two" }), [["MW5032", "to", "two", { name: "two", port: "", known: ["a", "b"] }]]);
  });

  it("passes hosts on that no name stands for", () => {
    assert.equal(authority("other.example.com"), "other.example.com");
    assert.equal(authority("other.example.com:81"), "other.example.com:81");
    assert.equal(authority("other.example.com", { host: "x" }), "x");
  });

  it("asks for a connection where the port does not speak HTTP", () => {
    const { message, connection } = asked({ to: "db" });
    assert.deepEqual([message, connection], [undefined, { to: "db", port: "data" }]);
  });

  it("reads whole URLs", () => {
    assert.deepEqual(written({ to: "http://reviews:9080/a?b" }), ["reviews", "/a", "?b"]);
    assert.deepEqual(written({ to: "http://reviews?b" }), ["reviews", "/", "?b"]);
    assert.deepEqual(written({ to: "https://other.example.com" }), ["other.example.com", "/", ""]);
    assert.deepEqual(written({ to: "http://reviews", path: "/p" }), ["reviews", "/p", ""]);
    assert.deepEqual(written({ to: "http://reviews/u", path: "/p" }), ["reviews", "/u", ""]);
    assert.deepEqual(written({ to: "http://reviews/a\nb" }), ["reviews", "/a\nb", ""]);
  });

  it("takes nothing for a URL that has another scheme, none at all, or no host", () => {
    const destination = (spec: Partial<RequestSpec>) => refused(spec).map(([code, , got]) => [code, got]);
    assert.deepEqual(destination({ to: "xhttp://reviews" }), [["MW5031", "xhttp"]]);
    assert.deepEqual(destination({ to: "reviews/x" }), [["MW5031", "reviews/x"]]);
    assert.deepEqual(destination({ to: "http:///a" }), [["MW5031", ""]]);
    assert.deepEqual(destination({ to: "http:///a", path: "no-path" }), [["MW5031", ""]]);
  });

  const door = (to: string, rest: Partial<RequestSpec> = {}) => {
    const { from } = asked({ from: "outside", to, ...rest });
    return from.kind === "outside" ? [from.gateway, from.listener] : from.kind;
  };

  it("comes from outside through the listener that serves the host, by TLS where it can", () => {
    assert.deepEqual(door("a.example.com"), ["default/shop/door", "secure"]);
    assert.deepEqual(door("A.EXAMPLE.com"), ["default/shop/door", "secure"]);
    assert.deepEqual(door("b.example.com"), ["default/shop/door", "plain"]);
    assert.deepEqual(door("http://a.example.com"), ["default/shop/door", "plain"]);
    assert.deepEqual(door("https://a.example.com"), ["default/shop/door", "secure"]);
    assert.deepEqual(door("https://b.example.com"), ["default/shop/door", "secure"]);
    assert.deepEqual(door("unserved.example.com"), ["default/shop/door", "plain"]);
    assert.deepEqual(written({ from: "outside", to: "b.example.com:81" }), ["b.example.com:81", "/", ""]);
    assert.deepEqual(written({ from: "outside", to: "b.example.com", host: "h" }), ["h", "/", ""]);
    const unserved = (to: string) => unknownDestination({ from: "outside", to });
    assert.deepEqual(unserved("a"), ["to", "host", "a", "", ""]);
    assert.deepEqual(unserved("b-example-com"), ["to", "host", "b-example-com", "b.example.com", ""]);
    assert.deepEqual(unserved("reviews"), ["to", "host", "reviews", "", "a service"]);
    assert.deepEqual(unserved("pay"), ["to", "host", "pay", "", "an external service"]);
  });

  it("lets the port decide, then the gateway, then the port that a URL need not name", () => {
    const at = (listeners: Readonly<Record<string, unknown>>) => ({ listeners, routes: { all: { to: "web:http" } } });
    const plain = (port: number, ...hosts: readonly string[]) => ({ kind: "http", port, hosts });
    const shop = meshOf({
      services: { web: { ports: { http: http(80) } } },
      gateways: {
        edge: at({ a: plain(8080, "one.example", "two.example"), b: plain(8081, "two.example") }),
        inner: at({ a: plain(8085, "one.example"), b: plain(80, "three.example") }),
        twin: at({ a: plain(8085, "one.example"), b: plain(8086, "three.example") }),
      },
    });
    const asks = (to: string, gateway?: string) => {
      const resolved = resolveRequest(shop, { from: "outside", to, gateway });
      if (resolved.kind === "refused") return resolved.diagnostics.map(({ code, args }) => [code, args.candidates]);
      const { from } = resolved.request;
      return from.kind === "outside" ? [from.gateway, from.listener] : from.kind;
    };
    const edge = "default/shop/edge";
    assert.deepEqual(asks("http://one.example:8080/"), [edge, "a"]);
    assert.deepEqual(asks("http://one.example:8081/"), [edge, "b"], "where it is not served");
    assert.deepEqual(asks("two.example:8081"), [edge, "b"]);
    assert.deepEqual(asks("http://three.example/"), ["default/shop/inner", "b"], "80");
    assert.deepEqual(asks("http://three.example:8086/"), ["default/shop/twin", "b"]);
    assert.deepEqual(asks("http://one.example/", "edge"), [edge, "a"]);
    assert.deepEqual(asks("http://one.example:8085/", "twin"), ["default/shop/twin", "a"]);
    assert.deepEqual(asks("http://one.example:8085/"), [
      ["MW5035", ["http://one.example:8085 at gateway inner", "http://one.example:8085 at gateway twin"]],
    ]);
    assert.deepEqual(asks("two.example"), [
      ["MW5035", ["http://two.example:8080 at gateway edge", "http://two.example:8081 at gateway edge"]],
    ]);
  });

  it("comes straight to a port, with an identity that calls nobody, or without TLS", () => {
    const straight = { kind: "straight", service: "default/shop/reviews", port: "http" };
    assert.deepEqual(asked({ from: "plaintext" }).from, { ...straight, shows: { kind: "plaintext" } });
    assert.deepEqual(asked({ from: "stranger" }).from, {
      ...straight,
      shows: { kind: "identity", identity: "spiffe://shop.mesh/ns/shop/sa/Stranger" },
    });
    assert.equal(authority("two:b", { from: "stranger" }), "two:8002");
    assert.equal(authority("reviews", { from: "stranger", host: "h" }), "h");
    assert.deepEqual(refused({ from: "stranger", to: "two" })[0]?.[0], "MW5032");
    const misspelled = unknownDestination({ from: "plaintext", to: "revews" });
    assert.deepEqual(misspelled, ["to", "service", "revews", "reviews", ""]);
  });

  it("puts the values of a header together, names in lower case, blanks around values taken off", () => {
    const headers = asked({
      headers: [
        ["X-A", " 1 "],
        ["x-b", "2"],
        ["x-a", ""],
      ],
    }).message?.headers;
    assert.deepEqual(
      [...(headers ?? [])],
      [
        ["x-a", ["1", ""]],
        ["x-b", ["2"]],
      ],
    );
    assert.deepEqual(asked({ headers: [["x", "\u00e9\t"]] }).message?.headers.get("x"), ["\u00e9"]);
  });

  it("names who is nearest to an asker that is not there", () => {
    const nearest = (from: string) => refused({ from }).map(([code, field, got, args]) => [code, field, got, args]);
    for (const name of ["outside", "stranger", "plaintext", "reviews"])
      assert.deepEqual(nearest(`${name}x`), [["MW5030", "from", `${name}x`, { name: `${name}x`, nearest: name }]]);
    assert.deepEqual(nearest("zzzzzzzz")[0]?.[3], { name: "zzzzzzzz", nearest: "" });
  });

  it("names who is nearest to a destination that is not there", () => {
    const unknown = (to: string) => unknownDestination({ to }).slice(1);
    assert.deepEqual(unknown("revews:80"), ["callee", "revews", "reviews", ""]);
    assert.deepEqual(unknown("payy"), ["callee", "payy", "pay", ""]);
    assert.deepEqual(unknown("zzzzzzzz"), ["callee", "zzzzzzzz", "", ""]);
  });

  it("refuses ports that are not there", () => {
    const known = ["http"];
    assert.deepEqual(refused({ to: "reviews:81" }), [
      ["MW5032", "to", "reviews:81", { name: "reviews", port: "81", known }],
    ]);
    assert.deepEqual(refused({ to: "none" }), [["MW5032", "to", "none", { name: "none", port: "", known: [] }]]);
    assert.equal(refused({ to: "reviews:" })[0]?.[2], "reviews:");
  });

  it("refuses what no client would send, all of it at once", () => {
    const part = (name: string, reason: string) => ({ part: name, reason });
    assert.deepEqual(refused({ path: "a/" }), [["MW5033", "path", "a/", part("path", "does not begin with a slash")]]);
    const name = part("header", "has no name that HTTP allows");
    const value = part("header", "holds a character that HTTP forbids");
    for (const bad of ["", "x y", "(x", "x)", "\u00e9"])
      assert.deepEqual(refused({ headers: [[bad, "1"]] }), [["MW5033", "headers", bad, name]]);
    for (const bad of ["\n1", "1\n", "\u0100"])
      assert.deepEqual(refused({ headers: [["x", bad]] }), [["MW5033", "headers", "x", value]]);
    assert.equal(refused({ headers: [[" ", "\n"]], path: "a" }).length, 3);
  });

  it("refuses methods that are no words, and knows them by no other spelling", () => {
    const method = { part: "method", reason: "is no word that HTTP allows" };
    for (const bad of ["", "GE T", "GET\n", "G(T"])
      assert.deepEqual(refused({ method: bad }), [["MW5033", "method", bad, method]]);
    assert.equal(asked({ method: "get" }).message?.method, "get");
  });

  it("refuses answers of backends that no server gives", () => {
    const backend = { part: "backend", reason: "answers with what is no status from 200 to 599" };
    const answering = (status: number) => ({
      backends: [{ service: "reviews", answers: [{ kind: "reset" }, { kind: "status", status }] as const }],
    });
    for (const bad of [199, 600, 200.5, Number.NaN])
      assert.deepEqual(refused(answering(bad)), [["MW5033", "backends", bad, backend]]);
    for (const good of [200, 599]) assert.equal(asked(answering(good)).backends?.length, 1);
  });

  it("asks the gateway that is named, and refuses one that is not there", () => {
    assert.deepEqual(door("a.example.com", { gateway: "door" }), ["default/shop/door", "secure"]);
    assert.deepEqual(refused({ from: "outside", to: "a.example.com", gateway: "dor" }), [
      ["MW5036", "gateway", "dor", { name: "dor", nearest: "door", known: ["door"] }],
    ]);
  });

  it("refuses backends that are not there", () => {
    const answers = [{ kind: "reset" } as const];
    assert.deepEqual(refused({ backends: [{ service: "reviews", version: "v3", answers }] }), [
      ["MW5034", "backends", "v3", { service: "reviews", version: "v3", known: ["v1", "v2"] }],
    ]);
    assert.deepEqual(refused({ backends: [{ service: "revews", answers }] })[0]?.slice(0, 2), ["MW5031", "backends"]);
  });
});
