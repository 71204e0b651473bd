/**
 * Envoy takes every file of every proxy of every golden mesh. In a static configuration it is strict: a field or a type that it does
 * not know and a route to a cluster that is not there are refused, as the last tests show. In watched files it skips unknown fields
 * with a line in its log (seen on Envoy 1.40), and validation does not read those files at all; hence the static bootstrap.
 * Acceptance proves syntax; that a fault aborts and a stranger is refused is for the live tests.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileText } from "../../components/engines/envoy/block.ts";
import type { RenderedProxy } from "../../components/engines/envoy/render.ts";
import { envoyForTests } from "../envoy/envoy-for-tests.ts";
import { validate } from "../envoy/validate.ts";
import { findCases, type GoldenCase } from "./find-cases.ts";
import { compileCase } from "./render-case.ts";

describe("envoy and the golden meshes", () => {
  const cases = findCases().cases.filter(({ folder }) => existsSync(join(folder, "envoy.yaml")));
  let envoy = "";

  before(async function () {
    this.timeout(180_000);
    envoy = await envoyForTests();
  });

  for (const golden of cases) {
    it(`accepts ${golden.id}`, async () => {
      for (const proxy of await proxiesOf(golden)) assert.equal(await validate(envoy, proxy), undefined, proxy.name);
    });
  }

  const broken: readonly (readonly [string, string, string, RegExp])[] = [
    ["a field that it does not know", '"fixed_delay"', '"fixed_delai"', /fixed_delai/],
    ["a filter of a type that it does not know", "http.fault.v3.HTTPFault", "http.fault.v3.HTTPFalt", /HTTPFalt/],
    ["a value that is out of range", '"fixed_delay":"3s"', '"fixed_delay":"-3s"', /positive duration/],
    [
      "a route to a cluster that is not there",
      '"cluster":"shop/reviews/http"',
      '"cluster":"shop/nobody"',
      /shop\/nobody/,
    ],
  ];
  for (const [what, from, to, said] of broken) {
    it(`refuses ${what}`, async () => {
      const golden = cases.find(({ id }) => id === "fault-injection/delay-half-of-requests") as GoldenCase;
      const proxy = (await proxiesOf(golden)).find(({ name }) => name === "shop/web") as RenderedProxy;
      assert.match((await validate(envoy, replaced(proxy, from, to))) ?? "accepted", said);
    });
  }
});

async function proxiesOf(golden: GoldenCase): Promise<readonly RenderedProxy[]> {
  const { proxies = [] } = await compileCase(golden);
  assert.notEqual(proxies.length, 0);
  return proxies;
}

/** The proxy with every occurrence of a text replaced in its files. */
function replaced(proxy: RenderedProxy, from: string, to: string): RenderedProxy {
  const files = proxy.files.map((file) => ({
    ...file,
    open: fileText(file).replaceAll(from, to),
    blocks: [],
    close: "",
  }));
  assert.notDeepEqual(files.map(fileText), proxy.files.map(fileText), `${from} is nowhere`);
  return { ...proxy, files };
}
