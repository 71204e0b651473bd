/** Services: every protocol, every spelling of a name, several ports, namespaces; and that nobody knows more than it declares. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { connect as tlsConnect } from "node:tls";
import { defineMesh, grpc, http, http2, tcp, tls } from "meshwright";
import { clusterName } from "../../components/engines/envoy/names.ts";
import { proxyDirectory } from "../../components/local/run-plan.ts";
import { type LiveProbe, liveMesh, probes, repeat, reportOf, request, shows } from "./live-mesh.ts";
import { serviceOf } from "./straight.ts";

const mesh = defineMesh({
  name: "main",
  namespace: "shop",
  owner: "team-w",
  targets: ["envoy"],
  services: {
    door: { ports: { http: http(80) }, calls: ["web"] },
    web: {
      ports: { http: http(80) },
      calls: [
        "reviews",
        "modern",
        "remote",
        "store",
        "vault",
        "several:http",
        { to: "several", port: "admin" },
        "far",
        "pair:one",
        "pair:two",
        "key",
      ],
      serviceAccount: "web-account",
    },
    // Names of their own, in two namespaces.
    key: { name: "alias", ports: { http: http(9080) }, owner: "team-a", allowCallers: ["team-w"] },
    reviews: {
      ports: { http: http(9080, { target: 8080 }) },
      versions: ["v1", "v2"],
      selectors: { v1: { app: "reviews", track: "old" } },
    },
    modern: { ports: { h2: http2(9081) } },
    remote: { ports: { grpc: grpc(9082) } },
    store: { ports: { tcp: tcp(6379) } },
    vault: { ports: { tls: tls(8200) } },
    several: { ports: { http: http(80), admin: http(9090), raw: tcp(7000) } },
    pair: { ports: { one: http(7001), two: http(7002) } },
    far: { namespace: "other", ports: { http: http(9080) }, calls: ["near"] },
    near: { namespace: "other", ports: { http: http(9080) } },
    unknown: { ports: { http: http(9080) } },
  },
});

liveMesh("services", mesh, (live) => {
  const web = { service: "web" };
  const found = (
    url: string,
    service: string,
    cells: LiveProbe["shows"],
    rest: Partial<LiveProbe> = {},
  ): LiveProbe => ({
    name: `${url} is ${service}`,
    from: web,
    url,
    shows: cells,
    ...rest,
    expect: { status: 200, service },
  });
  const lost = (url: string, from: LiveProbe["from"] = web): LiveProbe => ({
    name: `${url} is nobody`,
    from,
    url,
    expect: { status: 404 },
  });

  probes(live, [
    found("http://reviews:9080/", "reviews", ["ports.kind=http", "ports.number", "services.ports", "services.calls"]),
    found("http://modern:9081/", "modern", ["ports.kind=http2", "ports.number"]),
    found("http://remote:9082/shop.Remote/Get", "remote", ["ports.kind=grpc", "ports.number"], { protocol: "grpc" }),
    found("tcp://store:6379", "store", ["ports.kind=tcp"]),
    // Each spelling, with the port and without.
    ...["reviews", "reviews.shop", "reviews.shop.svc", "reviews.shop.svc.cluster.local"].flatMap((host) => [
      found(`http://${host}/`, "reviews", "services.name"),
      found(`http://${host}:9080/`, "reviews", "services.name"),
    ]),
    found("http://REVIEWS.Shop:9080/", "reviews", "services.name", { headers: { host: "REVIEWS.Shop:9080" } }),
    lost("http://reviews:9081/"),
    lost("http://reviews.other/"),
    lost("http://reviews.shop.svc.cluster/"),
    // A name of its own replaces the key.
    found("http://alias:9080/", "key", "services.name"),
    lost("http://key:9080/"),
    // Several ports: without one it is 80.
    found("http://several/", "several", "services.ports"),
    found("http://several:80/", "several", "services.ports"),
    found("http://several:9090/", "several", ["services.ports", "services.calls"]),
    found("http://pair:7001/", "pair", "services.ports"),
    found("http://pair:7002/", "pair", "services.ports"),
    lost("http://pair/"),
    // Another namespace is named.
    found("http://far.other:9080/", "far", "services.namespace"),
    found("http://far.other.svc/", "far", "services.namespace"),
    lost("http://far/"),
    lost("http://far.shop/"),
    {
      name: "a neighbour in the other namespace needs no name for it",
      shows: "services.namespace",
      from: { service: "far" },
      url: "http://near/",
      expect: { status: 200, service: "near" },
    },
    // Nobody knows what it does not declare.
    lost("http://unknown:9080/"),
    lost("http://near.other:9080/"),
    lost("http://reviews:9080/", { service: "far" }),
    {
      name: "who declares no call has no way out",
      from: { service: "unknown" },
      url: "http://reviews:9080/",
      expect: { status: "refused" },
    },
  ]);

  shows("services.calls", "a proxy's files speak of nothing that its service does not call", async () => {
    const text = await readFile(join(proxyDirectory(live().directory, "other/far"), "cds.json"), "utf8");
    assert.ok(text.includes("other/near/http"));
    assert.ok(!text.includes("shop/"), "far knows nobody of the other namespace");
  });

  shows("services.versions", "both versions serve, each from a proxy of its own", async () => {
    const seen = await repeat(40, () => request(live, "web", "http://reviews:9080/"));
    assert.deepEqual([...new Set(seen.map((one) => reportOf(one).version))].sort(), ["v1", "v2"]);
    assert.deepEqual(
      live()
        .plan.proxies.filter(({ owner }) => owner.endsWith("/reviews"))
        .map(({ name }) => name),
      ["shop/reviews/v1", "shop/reviews/v2"],
    );
  });

  shows(
    ["services.serviceAccount", "services.namespace"],
    "the identity is the account's, in the service's namespace",
    async () => {
      assert.match(
        String(reportOf(await request(live, "web", "http://reviews:9080/")).peer),
        /URI=spiffe:\/\/main\.mesh\/ns\/shop\/sa\/web-account$/,
      );
      assert.match(
        String(reportOf(await request(live, "far", "http://near/")).peer),
        /URI=spiffe:\/\/main\.mesh\/ns\/other\/sa\/far$/,
      );
    },
  );

  shows(
    ["ports.kind=http2", "ports.kind=grpc", "ports.kind=http"],
    "each workload hears its own protocol",
    async () => {
      const pseudo = async (service: string, port: number) =>
        reportOf(await request(live, "web", `http://${service}:${port}/`)).authority;
      // HTTP/1.1 has a host header, HTTP/2 an authority: the stand-in takes whichever is there.
      assert.equal(await pseudo("modern", 9081), "modern:9081");
      assert.equal(await pseudo("reviews", 9080), "reviews:9080");
    },
  );

  shows("ports.kind=tls", "a tls port carries the application's own TLS through the mesh's", async () => {
    const running = live();
    const cluster = clusterName({ service: serviceOf(running, "vault").id, port: "tls" });
    const address = running.plan.placement.outboundTcp("shop/web", cluster);
    const line = await new Promise<string>((resolve, reject) => {
      const socket = tlsConnect({ ...address, servername: "vault.shop", ca: running.authority.caPem });
      socket.on("error", reject);
      socket.once("data", (chunk) => {
        resolve(chunk.toString());
        socket.destroy();
      });
    });
    assert.equal(JSON.parse(line).service, "vault");
  });

  it("a stand-in reaches every callee that its service declares", async () => {
    const seen = await request(live, "door", "http://web/", { headers: { "x-echo-call": "all" } });
    const { calls } = JSON.parse(seen.body) as {
      readonly calls: readonly { readonly name: string; readonly status: unknown }[];
    };
    assert.equal(calls.length, 11);
    assert.deepEqual(
      calls.filter(({ status }) => status !== 200),
      [],
    );
  });
});
