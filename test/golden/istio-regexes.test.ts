/**
 * Envoy takes every regular expression in every golden mesh's objects for Istio. istiod looks at them as text, the proxies as bytes:
 * what one takes the other can refuse, and a proxy that refuses one route keeps none.
 */
import assert from "node:assert/strict";
import type { JsonObject } from "../../components/values/json.ts";
import { envoyForTests } from "../envoy/envoy-for-tests.ts";
import { validateBootstrap } from "../envoy/validate.ts";
import { findCases } from "./find-cases.ts";
import { compileCase } from "./render-case.ts";

describe("envoy and the regular expressions for Istio", function () {
  this.timeout(180_000);
  let envoy = "";

  before(async () => {
    envoy = await envoyForTests();
  });

  it("takes all of them", async () => {
    const compiled = await Promise.all(findCases().cases.map(compileCase));
    const regexes = compiled.flatMap(({ istio }) => (istio && "objects" in istio ? regexesIn(istio.objects) : []));
    assert.ok(regexes.length > 10, `only ${regexes.length} were found`);
    assert.equal(await validateBootstrap(envoy, matching(regexes)), undefined);
  });

  it("refuses one for text that no byte is", async () => {
    assert.match(
      (await validateBootstrap(envoy, matching(["[^\\x00-\\x{10FFFF}]"]))) ?? "taken",
      /invalid escape sequence/,
    );
  });
});

/** By the names of the fields that hold one. */
function regexesIn(value: unknown, field = ""): readonly string[] {
  if (typeof value === "string") return field === "regex" || field === "match" ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => regexesIn(inner, Array.isArray(value) ? field : key));
}

/** A proxy that compares a header with each. */
const matching = (regexes: readonly string[]): JsonObject => ({
  static_resources: {
    listeners: [{ name: "any", address: LOOPBACK, filter_chains: [{ filters: [httpFilter(regexes.map(route))] }] }],
  },
  layered_runtime: { layers: [{ name: "istio", static_layer: ISTIOS_RUNTIME }] },
});

/** As Istio's own bootstrap says (pkg/bootstrap). */
const ISTIOS_RUNTIME = { "re2.max_program_size.error_level": 32_768 };

const LOOPBACK = { socket_address: { address: "127.0.0.1", port_value: 0 } };

const route = (regex: string): JsonObject => ({
  match: { prefix: "/", headers: [{ name: "x", string_match: { safe_regex: { regex } } }] },
  direct_response: { status: 200 },
});

const EXTENSIONS = "type.googleapis.com/envoy.extensions.filters";

const httpFilter = (routes: readonly JsonObject[]): JsonObject => ({
  name: "http",
  typed_config: {
    "@type": `${EXTENSIONS}.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: "http",
    route_config: { virtual_hosts: [{ name: "any", domains: ["*"], routes }] },
    http_filters: [{ name: "router", typed_config: { "@type": `${EXTENSIONS}.http.router.v3.Router` } }],
  },
});
