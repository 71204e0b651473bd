/** Where a route sends its requests: versions, weights, other services. */
import assert from "node:assert/strict";
import { defineMesh, http, listen, path, toService } from "meshwright";
import { liveMesh, probes, repeat, reportOf, request, shows } from "./live-mesh.ts";

const mesh = defineMesh({
  name: "split",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews", "front", "alike"] },
    reviews: { ports: { http: http(9080) }, versions: ["v1", "v2", "v3"] },
    alike: { ports: { http: http(9080) }, versions: ["v1", "v2"] },
    front: { ports: { http: http(9080) } },
    checkout: { ports: { http: http(9080), admin: http(9090) }, versions: ["v1", "v2"] },
    unseen: { ports: { http: http(9080) } },
    site: { ports: { http: http(9080) } },
  },
  routes: {
    reviews: {
      one: { when: path("/one").exactly(), to: "v2" },
      canary: { when: path("/canary").exactly(), to: { v1: 90, v2: 10 } },
      three: { when: path("/three").exactly(), to: { v1: 5, v2: 3, v3: 2 } },
      off: { when: path("/off").exactly(), to: { v1: 1, v2: 0 } },
    },
    front: {
      other: { when: path("/other").andBelow(), to: { kind: "service", service: "checkout", port: "http" } },
      version: {
        when: path("/version").andBelow(),
        to: { kind: "service", service: "checkout", port: "admin", versions: { v2: 1 } },
      },
      unseen: { when: path("/unseen").andBelow(), to: toService("unseen") },
    },
  },
  gateways: {
    edge: {
      listeners: { web: listen.http(80, { hosts: ["split.example"] }) },
      routes: {
        admin: { when: path("/admin").andBelow(), to: "checkout:admin" },
        canary: { when: path("/canary").andBelow(), to: toService("reviews", { v1: 70, v3: 30 }) },
        all: { to: "site" },
      },
    },
  },
});

liveMesh("traffic split", mesh, (live) => {
  const from = { service: "web" };
  const proves = "split.to" as const;

  probes(live, [
    {
      name: "one version",
      shows: proves,
      from,
      url: "http://reviews:9080/one",
      times: 30,
      expect: { status: 200, version: "v2" },
    },
    {
      name: "90 and 10",
      shows: proves,
      from,
      url: "http://reviews:9080/canary",
      times: 400,
      expect: { status: 200, shares: { v1: 90, v2: 10, v3: 0 } },
    },
    {
      name: "a weight of zero is nobody",
      shows: proves,
      from,
      url: "http://reviews:9080/off",
      times: 30,
      expect: { status: 200, version: "v1" },
    },
    {
      name: "another service",
      shows: proves,
      from,
      url: "http://front:9080/other/x",
      expect: { status: 200, service: "checkout" },
    },
    {
      name: "a version and a port of another service",
      shows: proves,
      from,
      url: "http://front:9080/version",
      times: 20,
      expect: { status: 200, service: "checkout", version: "v2" },
    },
    {
      name: "a service that the caller never declared is admitted by the route",
      shows: proves,
      from,
      url: "http://front:9080/unseen",
      expect: { status: 200, service: "unseen" },
    },
    { name: "and stays unknown by its own name", from, url: "http://unseen:9080/", expect: { status: 404 } },
    {
      name: "a gateway to a port",
      shows: proves,
      from: "outside",
      url: "http://split.example/admin",
      expect: { status: 200, service: "checkout" },
    },
    {
      name: "a gateway to weights",
      shows: proves,
      from: "outside",
      url: "http://split.example/canary",
      times: 200,
      expect: { status: 200, shares: { v1: 70, v2: 0, v3: 30 } },
    },
    {
      name: "a gateway to a service",
      shows: proves,
      from: "outside",
      url: "http://split.example/",
      expect: { status: 200, service: "site" },
    },
  ]);

  shows(proves, "three weights, by chi-square", async () => {
    const n = 600;
    const seen = await repeat(n, () => request(live, "web", "http://reviews:9080/three"));
    const counts = Map.groupBy(seen, (one) => reportOf(one).version);
    const expected = { v1: 0.5 * n, v2: 0.3 * n, v3: 0.2 * n };
    const terms = Object.entries(expected).map(
      ([version, wanted]) => ((counts.get(version)?.length ?? 0) - wanted) ** 2 / wanted,
    );
    const chiSquare = terms.reduce((sum, term) => sum + term, 0);
    // Two degrees of freedom: above 19.4 in one of 16,000 runs of a right mesh.
    assert.ok(chiSquare < 19.4, `chi-square ${chiSquare}`);
  });

  shows(proves, "all versions alike where nothing is said", async () => {
    const versions = new Set(
      (await repeat(60, () => request(live, "web", "http://alike:9080/"))).map((one) => reportOf(one).version),
    );
    assert.deepEqual([...versions].sort(), ["v1", "v2"]);
  });
});
