/** Direct responses: the proxy answers, the service is not asked. */
import assert from "node:assert/strict";
import { defineMesh, http, listen, path } from "meshwright";
import { liveMesh, probes, request, shows } from "./live-mesh.ts";

const percentAndNewline = '100 % of it\n%REQ(:PATH)% "quoted" ü\n';

const mesh = defineMesh({
  name: "answers",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["docs"] },
    docs: { ports: { http: http(9080) } },
    site: { ports: { http: http(9080) } },
  },
  routes: {
    docs: {
      gone: { when: path("/gone").andBelow(), respond: { status: 410 } },
      text: { when: path("/text").exactly(), respond: { status: 200, body: percentAndNewline } },
    },
  },
  gateways: {
    edge: {
      listeners: { web: listen.http(80, { hosts: ["answers.example"] }) },
      routes: {
        robots: { when: path("/robots.txt").exactly(), respond: { status: 200, body: "User-agent: *\n" } },
        all: { to: "site" },
      },
    },
  },
});

liveMesh("direct responses", mesh, (live) => {
  const from = { service: "web" };
  probes(live, [
    {
      name: "answers with a status alone",
      shows: "respond.status",
      from,
      url: "http://docs:9080/gone/x",
      expect: { status: 410 },
    },
    {
      name: "leaves other requests to the service",
      from,
      url: "http://docs:9080/other",
      expect: { status: 200, service: "docs" },
    },
    {
      name: "answers at a gateway",
      shows: "respond.status",
      from: "outside",
      url: "http://answers.example/robots.txt",
      expect: { status: 200, headers: { "content-type": "text/plain" } },
    },
  ]);

  shows("respond.body", "sends the text as it was written: nothing in it is expanded", async () => {
    const { body, headers } = await request(live, "web", "http://docs:9080/text");
    assert.equal(body, percentAndNewline);
    assert.equal(headers["content-type"], "text/plain");
  });

  shows("respond.status", "sends no text where there is none", async () => {
    assert.equal((await request(live, "web", "http://docs:9080/gone")).body, "");
  });
});
