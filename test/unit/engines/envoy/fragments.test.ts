/** Two slices that fill one place are our own bug, which the kit finds: neither silently wins. */
import assert from "node:assert/strict";
import { Fragments } from "../../../../components/engines/envoy/fragments.ts";
import {
  add,
  inboundChain,
  inboundHttp,
  inboundTcp,
  perFilter,
  set,
} from "../../../../components/engines/envoy/resources.ts";
import type { EnvoyFragment } from "../../../../components/engines/envoy/slots.ts";

const CASES: readonly (readonly [string, EnvoyFragment, (all: Fragments) => unknown])[] = [
  ["a slot", set("route.timeout", "1s"), (all) => all.get("route.timeout")],
  ["an entry of a list", add("route.headerMatchers", "x", {}), (all) => all.list("route.headerMatchers")],
  ["a filter's configuration for a route", perFilter("fault", {}), (all) => all.perFilterConfig()],
  ["a way into a port", inboundChain("http", "tls", {}), (all) => all.inboundChains("http")],
  ["a filter of an HTTP port", inboundHttp("http", "fault", {}), (all) => all.inboundHttp("http")],
  ["a filter of a TCP port", inboundTcp("tcp", "allow", {}), (all) => all.inboundTcp("tcp")],
];

describe("fragments of Envoy's configuration", () => {
  for (const [what, fragment, read] of CASES)
    it(`${what} that is filled twice is found`, () => {
      assert.doesNotThrow(() => read(new Fragments([fragment])));
      assert.throws(() => read(new Fragments([fragment, fragment])), /^Error: MW9001 two fragments fill /);
    });
});
