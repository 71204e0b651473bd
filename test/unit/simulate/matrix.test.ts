/** Who may call whom, as data and in words. */
import assert from "node:assert/strict";
import {
  extentOf,
  extentText,
  type MatrixRow,
  matrixOf,
  UNDECLARED,
  WITHOUT_TLS,
} from "../../../components/simulate/matrix.ts";
import { matrixHtml } from "../../../components/simulate/matrix-html.ts";
import { meshOf, shop } from "./asking.ts";

const EVERYTHING = { asks: [] };
const row = (may: MatrixRow["may"], never: MatrixRow["never"] = []): MatrixRow => ({
  ...{ from: "web", to: "reviews", port: "http", protocol: "http" },
  ...{ may, never },
});

describe("matrix", () => {
  it("has a row for each caller of each port, with what rules ask", () => {
    const ir = shop({
      services: { job: { ports: {}, calls: ["reviews"] } },
      reviews: {
        access: {
          reading: { kind: "allow", from: ["web"], methods: ["GET"], paths: [{ kind: "path-prefix", path: "/items" }] },
          admin: { kind: "deny", paths: [{ kind: "path-exact", path: "/admin" }] },
          closed: { kind: "deny", from: ["job"] },
        },
      },
    });
    const place = { to: "reviews", port: "http", protocol: "http" };
    const admin = { rule: "admin", asks: ["path is /admin"] };
    assert.deepEqual(
      matrixOf(ir).filter(({ to }) => to === "reviews"),
      [
        { from: "job", ...place, may: [EVERYTHING], never: [admin, { rule: "closed", asks: [] }] },
        {
          from: "web",
          ...place,
          may: [{ rule: "reading", asks: ["method GET", "path is /items or below"] }],
          never: [admin],
        },
      ],
    );
  });

  it("tells ports apart", () => {
    const ir = shop({
      services: {
        web: { ports: {}, calls: ["two:a"] },
        job: { ports: {}, calls: ["two:a", "two:b"] },
        two: {
          ports: { a: { kind: "http", number: 80 }, b: { kind: "tcp", number: 81 } },
          access: { no: { kind: "deny", port: "b", from: ["job"] } },
        },
      },
    });
    assert.deepEqual(
      matrixOf(ir).map(({ from, to, port, protocol, never }) => [from, to, port, protocol, never]),
      [
        ["job", "two", "a", "http", []],
        ["web", "two", "a", "http", []],
        ["job", "two", "b", "tcp", [{ rule: "no", asks: [] }]],
      ],
    );
  });

  it("has a row for who comes without TLS where that is let in", () => {
    const ir = shop({ reviews: { mtls: { kind: "permissive", until: "2099-12-31" } } });
    assert.deepEqual(
      matrixOf(ir).map(({ from, may }) => [from, may]),
      [
        ["web", [EVERYTHING]],
        [WITHOUT_TLS, [EVERYTHING]],
      ],
    );
    assert.deepEqual([WITHOUT_TLS, UNDECLARED], ["(without TLS)", "(anybody else)"]);
  });

  it("marks what is only audited, and has a row for those who are let through without a call", () => {
    const ir = shop({
      namespaces: { old: { enforcement: "audit" } },
      reviews: { namespace: "old", access: { reading: { kind: "allow", methods: ["GET"] } } },
      services: {
        job: { ports: { http: { kind: "http", number: 80 } } },
        web: { ports: {}, calls: ["reviews", "job"] },
      },
    });
    const place = { to: "reviews", port: "http", protocol: "http", audited: true };
    const rows = matrixOf(ir);
    assert.deepEqual(rows, [
      { from: "web", ...place, may: [{ rule: "reading", asks: ["method GET"] }], never: [] },
      { from: UNDECLARED, ...place, may: [], never: [] },
      { from: "web", to: "job", port: "http", protocol: "http", may: [EVERYTHING], never: [] },
    ]);
    assert.deepEqual(rows.map(extentText), [
      "method GET (reading); only audited: nothing is refused",
      "nothing; only audited: nothing is refused",
      "everything",
    ]);
    assert.deepEqual(
      matrixHtml("shop", rows)
        .match(/[●◐○]\*?(?=<\/td>)/g)
        ?.sort(),
      ["○*", "◐*", "●"].sort(),
    );
  });

  it("has a row for each declared call of a server outside", () => {
    const ir = meshOf({
      services: { web: { ports: {}, calls: ["pay:https", "pay:raw", "mail"] } },
      externals: {
        pay: {
          host: "pay.example.com",
          ports: { https: { kind: "http", number: 443 }, raw: { kind: "tcp", number: 9 } },
        },
        mail: { host: "mail.example.com", ports: { smtp: { kind: "tcp", number: 25 } } },
      },
    });
    assert.deepEqual(matrixOf(ir), [
      { from: "web", to: "mail", port: "smtp", protocol: "tcp", may: [EVERYTHING], never: [] },
      { from: "web", to: "pay", port: "https", protocol: "http", may: [EVERYTHING], never: [] },
      { from: "web", to: "pay", port: "raw", protocol: "tcp", may: [EVERYTHING], never: [] },
    ]);
  });

  it("says how much of a port a caller may use", () => {
    const some = { rule: "r", asks: ["method GET"] };
    const rows: readonly (readonly [string, MatrixRow])[] = [
      ["all", row([EVERYTHING])],
      ["all", row([some, EVERYTHING])],
      ["some", row([some])],
      ["some", row([EVERYTHING], [some])],
      ["nothing", row([])],
      ["nothing", row([EVERYTHING], [some, EVERYTHING])],
    ];
    for (const [extent, one] of rows) assert.equal(extentOf(one), extent, JSON.stringify(one));
  });

  it("says once what several paths share", () => {
    const asks = (paths: readonly object[]) =>
      matrixOf(shop({ reviews: { access: { some: { kind: "deny", paths } } } })).find(({ to }) => to === "reviews")
        ?.never[0]?.asks;
    const [a, b] = [
      { kind: "path-exact", path: "/a" },
      { kind: "path-prefix", path: "/b" },
    ];
    const regex = { kind: "path-regex", regex: "/c[0-9]" };
    assert.deepEqual(asks([a, b]), ["path is /a or /b or below"]);
    assert.deepEqual(asks([a, regex, b]), ["path is /a or matches /c[0-9] or is /b or below"]);
  });

  it("says it in words", () => {
    const a = { rule: "a", asks: ["method GET", "path is /x"] };
    const b = { rule: "b", asks: ["path is /y"] };
    assert.equal(extentText(row([EVERYTHING])), "everything");
    assert.equal(extentText(row([])), "nothing");
    assert.equal(extentText(row([a, b])), "method GET, path is /x (a) or path is /y (b)");
    assert.equal(
      extentText(row([{ rule: "all", asks: [] }], [a, b])),
      "everything (all); never method GET, path is /x (a) or path is /y (b)",
    );
  });
});
