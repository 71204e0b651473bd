/** DESIGN section 5, 8: hostile strings stay strings; whatever is handed in, the compiler answers with diagnostics and never throws. */
import assert from "node:assert/strict";
import { domainToASCII } from "node:url";
import fc from "fast-check";
import { formatText } from "../../components/diagnostics/format.ts";
import { catalogue } from "../../components/passes/catalogue.ts";
import { compile } from "../../components/passes/compile.ts";
import { seed } from "../generate/seed.ts";
import { render } from "./rendered.ts";

const HOSTILE = [
  "",
  " ",
  "\u0000",
  "\n",
  "\r\nx: y",
  '"',
  "'",
  "\\",
  "`",
  "$" + "{process.exit()}",
  "%REQ(x)%",
  "<script>",
  "__proto__",
  "constructor",
  "toString",
  "../../etc",
  "\u202e",
  "😀",
  "a".repeat(70_000),
  "(a+)+$",
  "[",
  "-",
  "A",
  "a.b",
  "1e3",
];
const hostile = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary", maxLength: 40 }));

/** A good mesh in which each of these places takes any text. */
const withText = (places: {
  name: string;
  key: string;
  header: string;
  value: string;
  path: string;
  regex: string;
  body: string;
  host: string;
  rule: string;
}): unknown =>
  JSON.parse(
    JSON.stringify({
      name: "good",
      targets: ["envoy"],
      services: {
        web: { ports: { http: { kind: "http", number: 80 } }, calls: ["api", "out"] },
        api: {
          name: places.name,
          ports: { http: { kind: "http", number: 80 } },
          access: Object.fromEntries([[places.rule, { kind: "allow", methods: [places.header] }]]),
        },
      },
      externals: { out: { host: places.host, ports: { https: { kind: "http", number: 443 } } } },
      routes: {
        api: Object.fromEntries([
          [
            places.key,
            {
              when: [
                { kind: "header-exact", name: places.header, value: places.value },
                { kind: "path-prefix", path: places.path },
              ],
              headers: { response: { set: { "x-out": places.value } } },
            },
          ],
          [
            "re",
            {
              priority: 1,
              when: { kind: "path-regex", regex: places.regex },
              respond: { status: 200, body: places.body },
            },
          ],
        ]),
      },
    }),
  );

describe(`hostile input (seed ${seed})`, function () {
  this.timeout(120_000);

  it("anything at all gives diagnostics, never an exception", () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withNullPrototype: true,
          withObjectString: true,
        }),
        (anything) => {
          const { diagnostics } = compile(anything);
          assert.ok(diagnostics.length > 0);
          formatText(catalogue, diagnostics);
        },
      ),
      { seed, numRuns: 5_000 },
    );
  });

  it("anything in any place of a mesh gives diagnostics, never an exception", () => {
    const section = fc.constantFrom(
      "name",
      "targets",
      "services",
      "routes",
      "gateways",
      "externals",
      "mtls",
      "namespace",
      "accessLogs",
    );
    fc.assert(
      fc.property(section, fc.anything(), (key, anything) => {
        const { diagnostics } = compile({
          name: "x",
          targets: ["envoy"],
          services: { web: { ports: { http: { kind: "http", number: 80 } } } },
          [key]: anything,
        });
        formatText(catalogue, diagnostics);
      }),
      { seed, numRuns: 5_000 },
    );
  });

  it("hostile text is refused by code, or comes out as the very text that went in", () => {
    const places = fc.record({
      name: hostile,
      key: hostile,
      header: hostile,
      value: hostile,
      path: hostile,
      regex: hostile,
      body: hostile,
      host: hostile,
      rule: hostile,
    });
    const good = {
      name: "api",
      key: "k",
      header: "x-h",
      value: "v",
      path: "/p",
      regex: "/r.*",
      body: "b",
      host: "api.example.com",
      rule: "rule",
    };
    let accepted = 0;
    fc.assert(
      fc.property(places, fc.constantFrom(...(Object.keys(good) as (keyof typeof good)[])), (texts, place) => {
        const files = render(withText({ ...good, [place]: texts[place] }));
        if (files === undefined) return;
        accepted++;
        for (const text of files.values()) JSON.parse(text);
        const shown = [...files.values()].join("\n");
        const written =
          place === "value"
            ? texts[place].replaceAll("%", "%%")
            : place === "host"
              ? domainToASCII(texts[place].replace(/\.$/, ""))
              : place === "header"
                ? texts[place].toLowerCase()
                : place === "path"
                  ? texts[place].replace(/(.)\/$/, "$1")
                  : texts[place];
        assert.ok(
          shown.includes(JSON.stringify(written).slice(1, -1)),
          `${place}: ${JSON.stringify(texts[place])} was accepted and is nowhere`,
        );
      }),
      { seed, numRuns: 3_000 },
    );
    assert.ok(accepted > 50, `only ${accepted} texts were accepted: the property says little`);
  });

  it("very many findings about one service are told, and a table in which all routes tie is told of route by route", () => {
    const found = (count: number, code: string, routeOf: (number: number) => object) => {
      const routes = Array.from({ length: count }, (_, number) => [`route-${number}`, routeOf(number)]);
      const { diagnostics } = compile({
        name: "x",
        targets: ["envoy"],
        services: { web: { ports: { http: { kind: "http", number: 80 } } } },
        routes: { web: Object.fromEntries(routes) },
      });
      return diagnostics.filter((one) => one.code === code).length;
    };
    const elsewhere = (number: number) => ({ when: { kind: "path-exact", path: `/${number}` }, to: "v9" });
    assert.equal(found(130_000, "MW2210", elsewhere), 130_000);
    const regex = (number: number) => ({ when: { kind: "path-regex", regex: `/${number}/.*` } });
    assert.equal(found(700, "MW2201", regex), 699);
  });

  it("no key reaches a prototype", () => {
    for (const key of ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"]) {
      compile(
        JSON.parse(
          `{"name":"x","targets":["envoy"],"services":{"${key}":{"ports":{"${key}":{"kind":"http","number":80,"polluted":true}},"${key}":{"polluted":true}}},"routes":{"${key}":{"${key}":{"polluted":true}}},"${key}":{"polluted":true}}`,
        ),
      );
      assert.equal(({} as Record<string, unknown>).polluted, undefined, key);
    }
  });

  it("cycles and depth end in a diagnostic", () => {
    const cycle: Record<string, unknown> = { name: "x", targets: ["envoy"] };
    cycle.services = cycle;
    assert.deepEqual(
      compile(cycle)
        .diagnostics.map(({ code }) => code)
        .slice(0, 1),
      ["MW1005"],
    );
    let deep: unknown = {};
    for (let level = 0; level < 100_000; level++) deep = { deep };
    assert.deepEqual(
      compile({ name: "x", targets: ["envoy"], services: deep }).diagnostics.map(({ code }) => code),
      ["MW1005"],
    );
  });

  it("what is shared millions of times is not walked millions of times", () => {
    let walked = 0;
    let shared: unknown = {
      get here() {
        walked++;
        return 1;
      },
    };
    for (let level = 0; level < 25; level++) shared = [shared, shared];
    const { diagnostics } = compile({ name: "x", targets: ["envoy"], services: { web: { ports: {}, shared } } });
    assert.ok(diagnostics.some(({ code, path }) => code === "MW1002" && path.join() === "services,web,shared"));
    assert.ok(walked > 0 && walked < 1_000_000, `walked ${walked} times`);
  });

  it("a catastrophic regex costs milliseconds", () => {
    const started = performance.now();
    for (const regex of ["(a+)+$", "(a|a)*b", "(.*)*x", "([a-z]+)*#"]) {
      compile({
        name: "x",
        targets: ["envoy"],
        services: { web: { ports: { http: { kind: "http", number: 80 } } } },
        routes: {
          web: {
            a: { when: { kind: "path-regex", regex } },
            b: { when: { kind: "path-exact", path: `/${"a".repeat(2_000)}` } },
          },
        },
      });
    }
    assert.ok(performance.now() - started < 5_000, "a backtracking engine would take years");
  });
});
