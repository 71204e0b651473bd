import { defineMesh, header, http, method, path, pathMatches, query } from "meshwright";

/** Written in alphabetical order, which has no meaning. */
export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: { web: { ports: { http: http(80) } } },
  routes: {
    web: {
      api: { when: path("/api").andBelow() },
      apiBeta: { when: [path("/api").andBelow(), header("x-beta").is("1")] },
      apiBetaDebug: { when: [path("/api").andBelow(), header("x-beta").is("1"), query("debug").isPresent()] },
      apiItems: { when: path("/api/items").andBelow() },
      apiWrites: { when: [path("/api").andBelow(), method("POST", "PUT")] },
      health: { when: path("/health").exactly() },
      maintenance: { when: header("x-maintenance").isPresent(), priority: 10, respond: { status: 503 } },
      numbered: { when: pathMatches("/v[0-9]+/items"), priority: 1 },
    },
  },
});
