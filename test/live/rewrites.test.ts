/** Rewrites: what the service sees after a route matched what the caller sent. */
import assert from "node:assert/strict";
import { defineMesh, http, listen, path } from "meshwright";
import { liveMesh, probes, reportOf, request, shows } from "./live-mesh.ts";

const mesh = defineMesh({
  name: "turns",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["echo", "below"] },
    echo: { ports: { http: http(9080) } },
    below: { ports: { http: http(9080) } },
    site: { ports: { http: http(9080) } },
  },
  routes: {
    echo: {
      whole: { when: path("/whole").andBelow(), rewrite: { path: "/new$1/$0&" } },
      moved: { when: path("/old/api").andBelow(), rewrite: { prefix: "/api/v2" } },
      removed: { when: path("/strip.me").andBelow(), rewrite: { prefix: "/" } },
      named: { when: path("/named").exactly(), rewrite: { host: "other.example" } },
      both: { when: path("/both").andBelow(), rewrite: { prefix: "/two", host: "both.example" } },
    },
    below: { everything: { when: path("/").andBelow(), rewrite: { prefix: "/base" } } },
  },
  gateways: {
    edge: {
      listeners: { web: listen.http(80, { hosts: ["turns.example"] }) },
      routes: { shop: { when: path("/shop").andBelow(), rewrite: { prefix: "/" }, to: "site" } },
    },
  },
});

liveMesh("rewrites", mesh, (live) => {
  const from = { service: "web" };
  const sees = (sent: string, seen: string, service = "echo") =>
    ({
      name: `${service}: ${sent} becomes ${seen}`,
      from,
      url: `http://${service}:9080${sent}`,
      expect: { status: 200, service, path: seen },
    }) as const;

  probes(live, [
    { shows: "rewrite.path", ...sees("/whole", "/new$1/$0&") },
    { shows: "rewrite.path", ...sees("/whole/x/y?q=1", "/new$1/$0&?q=1") },
    { shows: "rewrite.prefix", ...sees("/old/api", "/api/v2") },
    { shows: "rewrite.prefix", ...sees("/old/api/x?q=1", "/api/v2/x?q=1") },
    { shows: "rewrite.prefix", ...sees("/old/api/", "/api/v2/") },
    sees("/old/apix", "/old/apix"),
    { shows: "rewrite.prefix", ...sees("/strip.me", "/") },
    { shows: "rewrite.prefix", ...sees("/strip.me/", "/") },
    { shows: "rewrite.prefix", ...sees("/strip.me/x", "/x") },
    { shows: "rewrite.prefix", ...sees("/strip.me?q=1", "/?q=1") },
    { shows: "rewrite.prefix", ...sees("/strip.me/x/strip.me?q=/strip.me", "/x/strip.me?q=/strip.me") },
    sees("/stripxme/x", "/stripxme/x"),
    { shows: "rewrite.prefix", ...sees("/both/x", "/two/x") },
    { shows: "rewrite.prefix", ...sees("/", "/base/", "below") },
    { shows: "rewrite.prefix", ...sees("/x?q=1", "/base/x?q=1", "below") },
    {
      name: "a gateway removes a prefix",
      shows: "rewrite.prefix",
      from: "outside",
      url: "http://turns.example/shop/cart",
      expect: { status: 200, service: "site", path: "/cart" },
    },
  ]);

  shows("rewrite.host", "the service sees another authority, and only on that route", async () => {
    const authorityAt = async (at: string) => reportOf(await request(live, "web", `http://echo:9080${at}`)).authority;
    assert.equal(await authorityAt("/named"), "other.example");
    assert.equal(await authorityAt("/both/x"), "both.example");
    assert.equal(await authorityAt("/"), "echo:9080");
  });
});
