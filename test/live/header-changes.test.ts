/** Header changes: both directions, all three operations, values taken literally. */
import assert from "node:assert/strict";
import { defineMesh, http, listen, path } from "meshwright";
import { liveMesh, reportOf, request, shows } from "./live-mesh.ts";

/** Whatever Envoy would expand, if it were asked to. */
const literal = "100% %REQ(:PATH)% %% \\1 ${x}";

const changes = {
  set: { "x-set": "new", "x-literal": literal },
  add: { "x-add": "second" },
  remove: ["x-remove"],
};

const mesh = defineMesh({
  name: "heads",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["echo", "teller"] },
    echo: { ports: { http: http(9080) } },
    teller: { ports: { http: http(9080) } },
    site: { ports: { http: http(9080) } },
  },
  routes: {
    echo: { changed: { when: path("/changed").exactly(), headers: { request: changes } } },
    // What a route answers itself has headers, too: the one way to see what happens to those of an answer.
    teller: {
      changed: {
        when: path("/changed").exactly(),
        headers: {
          response: { set: { "content-type": "text/special", "x-literal": literal }, add: { "x-workload": "second" } },
        },
      },
      removed: { when: path("/removed").exactly(), headers: { response: { remove: ["X-Workload"] } } },
      answered: {
        when: path("/answered").exactly(),
        respond: { status: 204 },
        headers: { response: { set: { "x-set": "new" } } },
      },
    },
  },
  gateways: {
    edge: {
      listeners: { web: listen.http(80, { hosts: ["heads.example"] }) },
      routes: {
        all: {
          to: "site",
          headers: {
            request: { set: { "x-gateway": "yes" } },
            response: { set: { "x-frame-options": "DENY" }, remove: ["x-workload"] },
          },
        },
      },
    },
  },
});

liveMesh("header changes", mesh, (live) => {
  const sent = { "x-set": "old", "x-add": "first", "x-remove": "there", "x-kept": "kept" };
  const headersAt = async (url: string) => reportOf(await request(live, "web", url, { headers: sent })).headers;

  shows("headers.request", "changes what the service sees", async () => {
    const seen = await headersAt("http://echo:9080/changed");
    assert.deepEqual(
      {
        set: seen["x-set"],
        literal: seen["x-literal"],
        add: seen["x-add"],
        remove: seen["x-remove"],
        kept: seen["x-kept"],
      },
      { set: "new", literal, add: ["first", "second"], remove: undefined, kept: "kept" },
    );
  });

  it("leaves the requests of other routes as they are", async () => {
    const { "x-set": set, "x-add": add, "x-remove": remove } = await headersAt("http://echo:9080/other");
    assert.deepEqual({ set, add, remove }, { set: "old", add: "first", remove: "there" });
  });

  shows("headers.response", "changes what the caller sees", async () => {
    const { headers } = await request(live, "web", "http://teller:9080/changed");
    assert.equal(headers["content-type"], "text/special");
    assert.equal(headers["x-literal"], literal);
    assert.equal(headers["x-workload"], "heads/teller, second");
  });

  shows("headers.response", "removes from answers, whatever the case it was written in", async () => {
    assert.equal((await request(live, "web", "http://teller:9080/removed")).headers["x-workload"], undefined);
    assert.equal((await request(live, "web", "http://teller:9080/")).headers["x-workload"], "heads/teller");
  });

  shows("headers.response", "changes what a proxy answers by itself", async () => {
    const { status, headers } = await request(live, "web", "http://teller:9080/answered");
    assert.deepEqual([status, headers["x-set"]], [204, "new"]);
  });

  shows(["headers.request", "headers.response"], "at a gateway, too", async () => {
    const seen = await request(live, "web", "http://heads.example/", { from: "outside" });
    assert.equal(reportOf(seen).headers["x-gateway"], "yes");
    assert.equal(seen.headers["x-frame-options"], "DENY");
    assert.equal(seen.headers["x-workload"], undefined);
  });
});
