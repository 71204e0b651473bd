/** Redirects: each part of the new address, and each status. */
import { defineMesh, http, listen, path } from "meshwright";
import type { Cell } from "./cells.ts";
import { liveMesh, probes } from "./live-mesh.ts";

const mesh = defineMesh({
  name: "moves",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["docs"] },
    docs: { ports: { http: http(9080) } },
    site: { ports: { http: http(9080) } },
  },
  routes: {
    docs: {
      scheme: { when: path("/scheme").andBelow(), redirect: { scheme: "https" } },
      host: { when: path("/host").andBelow(), redirect: { host: "new.example" } },
      port: { when: path("/port").andBelow(), redirect: { port: 8443 } },
      path: { when: path("/path").andBelow(), redirect: { path: "/there" } },
      prefix: { when: path("/prefix").andBelow(), redirect: { prefix: "/v2" } },
      removed: { when: path("/removed").andBelow(), redirect: { prefix: "/" } },
      all: {
        when: path("/all").andBelow(),
        redirect: { scheme: "https", host: "new.example", port: 444, prefix: "/a", status: 308 },
      },
      s301: { when: path("/301").exactly(), redirect: { path: "/there", status: 301 } },
      s302: { when: path("/302").exactly(), redirect: { path: "/there", status: 302 } },
      s303: { when: path("/303").exactly(), redirect: { path: "/there", status: 303 } },
      s307: { when: path("/307").exactly(), redirect: { path: "/there", status: 307 } },
      s308: { when: path("/308").exactly(), redirect: { path: "/there", status: 308 } },
    },
  },
  gateways: {
    edge: {
      listeners: { web: listen.http(80, { hosts: ["moves.example"] }) },
      routes: {
        sale: { when: path("/sale").exactly(), redirect: { path: "/product/1" } },
        port: { when: path("/port").exactly(), redirect: { port: 81 } },
        all: { to: "site" },
      },
    },
  },
});

/** Hosts as a client spells them, with port 81 in the place of theirs. */
const AT_81: Readonly<Record<string, string>> = {
  "moves.example": "moves.example:81",
  "moves.example:1": "moves.example:81",
  "moves.example:1:2": "moves.example:1:81",
  "moves.example:1]": "moves.example:81",
};

liveMesh("redirects", mesh, (live) => {
  const from = { service: "web" };
  const leads = (cells: Cell | readonly Cell[], sent: string, location: string, status = 302) =>
    ({
      name: `${sent} → ${status} ${location}`,
      shows: cells,
      from,
      url: `http://docs:9080${sent}`,
      expect: { status, headers: { location } },
    }) as const;

  probes(live, [
    leads("redirect.scheme", "/scheme/x?q=1", "https://docs:9080/scheme/x?q=1"),
    leads("redirect.host", "/host/x?q=1", "http://new.example/host/x?q=1"),
    leads("redirect.port", "/port/x", "http://docs:8443/port/x"),
    leads("redirect.path", "/path/x", "http://docs:9080/there"),
    leads("redirect.path", "/path/x?q=1", "http://docs:9080/there?q=1"),
    leads("redirect.prefix", "/prefix", "http://docs:9080/v2"),
    leads("redirect.prefix", "/prefix/x?q=1", "http://docs:9080/v2/x?q=1"),
    leads("redirect.prefix", "/removed/x?q=1", "http://docs:9080/x?q=1"),
    leads("redirect.prefix", "/removed", "http://docs:9080/"),
    leads(
      ["redirect.scheme", "redirect.host", "redirect.port", "redirect.prefix", "redirect.status"],
      "/all/x",
      "https://new.example:444/a/x",
      308,
    ),
    ...[301, 302, 303, 307, 308].map((status) =>
      leads("redirect.status", `/${status}`, "http://docs:9080/there", status),
    ),
    {
      name: "a gateway redirects",
      shows: "redirect.path",
      from: "outside",
      url: "http://moves.example/sale",
      expect: { status: 302, headers: { location: "http://moves.example/product/1" } },
    },
    ...Object.entries(AT_81).map(
      ([host, moved]) =>
        ({
          name: `a new port takes the place of the last one: ${host}`,
          shows: "redirect.port",
          from: "outside",
          url: "http://moves.example/port",
          headers: { host },
          expect: { status: 302, headers: { location: `http://${moved}/port` } },
        }) as const,
    ),
    {
      name: "other requests reach the service",
      from,
      url: "http://docs:9080/prefixed",
      expect: { status: 200, service: "docs", path: "/prefixed" },
    },
  ]);
});
