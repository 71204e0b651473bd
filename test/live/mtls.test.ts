/** Mutual TLS: who is let in by certificate, and which server a caller accepts. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { defineMesh, http, permissive, strict, tcp } from "meshwright";
import type { SocketAddress } from "../../components/engines/envoy/placement.ts";
import { createAuthority } from "../../components/local/certificates.ts";
import { replaceFile } from "../../components/local/files.ts";
import { proxyDirectory } from "../../components/local/run-plan.ts";
import type { RunningMesh } from "../../components/local/running-mesh.ts";
import { liveMesh, probes, reportOf, request, shows } from "./live-mesh.ts";
import { certificateOf, inboundOf, serviceOf, straight } from "./straight.ts";

const mesh = defineMesh({
  name: "tls",
  targets: ["envoy"],
  mtls: permissive({ until: "2999-12-31" }),
  services: {
    web: { ports: { http: http(80) }, calls: ["closed", "open", "store", "victim"], mtls: strict() },
    closed: { ports: { http: http(9080) }, mtls: strict() },
    open: { ports: { http: http(9080) } },
    store: { ports: { tcp: tcp(6379) }, mtls: strict() },
    victim: { ports: { http: http(9080) }, mtls: strict() },
    impostor: { ports: { http: http(9080) } },
  },
});

liveMesh("mutual TLS", mesh, (live) => {
  const from = { service: "web" };
  const forged = { "x-forwarded-client-cert": "By=spiffe://evil;URI=spiffe://tls.mesh/ns/tls/sa/admin" };

  probes(live, [
    {
      name: "strict: a caller of the mesh is served",
      shows: "mtls.kind=strict",
      from,
      url: "http://closed:9080/",
      expect: { status: 200, service: "closed" },
    },
    {
      name: "strict: plaintext is refused",
      shows: "mtls.kind=strict",
      from: "plaintext",
      url: "http://closed:9080/",
      expect: { status: "refused" },
    },
    {
      name: "strict: a TCP port serves a caller of the mesh",
      from,
      url: "tcp://store:6379",
      expect: { status: 200, service: "store" },
    },
    {
      name: "strict: a TCP port refuses plaintext",
      shows: "mtls.kind=strict",
      from: "plaintext",
      url: "tcp://store:6379",
      expect: { status: "refused" },
    },
    {
      name: "permissive: plaintext is served",
      shows: "mtls.kind=permissive",
      from: "plaintext",
      url: "http://open:9080/",
      expect: { status: 200, service: "open" },
    },
  ]);

  shows("mtls.kind=permissive", "permissive: callers of the mesh still use mutual TLS", async () => {
    assert.match(
      String(reportOf(await request(live, "web", "http://open:9080/")).peer),
      /URI=spiffe:\/\/tls\.mesh\/ns\/tls\/sa\/web$/,
    );
  });

  for (const callee of ["closed", "open"]) {
    it(`a client of another authority is refused: ${callee}`, async () => {
      const other = await createAuthority({ trustDomain: "tls.mesh" });
      const { certificatePem, keyPem } = await other.issueWorkload(serviceOf(live(), "web").identity);
      const tls = { cert: certificatePem, key: keyPem, rejectUnauthorized: false };
      assert.equal((await straight(inboundOf(live(), callee), { tls })).status, "refused");
      // The same request with the right certificate: it is the authority that made the difference.
      assert.equal(
        (await straight(inboundOf(live(), callee), { tls: { ...tls, ...(await certificateOf(live(), "web")) } }))
          .status,
        200,
      );
    });

    it(`a client that brings TLS and no certificate is refused: ${callee}`, async () => {
      assert.equal(
        (await straight(inboundOf(live(), callee), { tls: { rejectUnauthorized: false } })).status,
        "refused",
      );
    });

    it(`a certificate of the authority without an identity is refused: ${callee}`, async () => {
      const { certificatePem, keyPem } = await live().authority.issueServer(["web.tls"]);
      const tls = { cert: certificatePem, key: keyPem, rejectUnauthorized: false };
      assert.equal((await straight(inboundOf(live(), callee), { tls })).status, "refused");
    });
  }

  it("nothing older than TLS 1.3 is spoken inside the mesh", async () => {
    const tls = { ...(await certificateOf(live(), "web")), maxVersion: "TLSv1.2" as const };
    assert.equal((await straight(inboundOf(live(), "closed"), { tls })).status, "refused");
  });

  it("a service learns its caller's identity, whatever the caller's workload claims", async () => {
    const { peer } = reportOf(await request(live, "web", "http://closed:9080/", { headers: forged }));
    assert.match(String(peer), /^(?:By=[^;,]+;)?Hash=[0-9a-f]{64};URI=spiffe:\/\/tls\.mesh\/ns\/tls\/sa\/web$/);
  });

  it("and whatever its proxy claims", async () => {
    const seen = await straight(inboundOf(live(), "closed"), {
      tls: await certificateOf(live(), "web"),
      headers: forged,
    });
    assert.match(
      String(reportOf(seen).peer),
      /^(?:By=[^;,]+;)?Hash=[0-9a-f]{64};URI=spiffe:\/\/tls\.mesh\/ns\/tls\/sa\/web$/,
    );
  });

  shows("mtls.kind=permissive", "permissive: plaintext brings no identity, whatever it claims", async () => {
    const seen = await straight(inboundOf(live(), "open"), { headers: forged });
    assert.equal(seen.status, 200);
    assert.equal(reportOf(seen).peer, null);
  });

  it("a server with another identity of the mesh is refused by the caller", async () => {
    assert.equal((await request(live, "web", "http://victim:9080/")).status, 200);
    const restore = await answerInPlaceOf(live(), inboundOf(live(), "impostor"));
    assert.equal(await settled(live, 503), 503);
    await restore();
    assert.equal(await settled(live, 200), 200);
  });

  it("a server of another authority with the right identity is refused by the caller", async () => {
    const other = await createAuthority({ trustDomain: "tls.mesh" });
    const { certificatePem, keyPem } = await other.issueWorkload(serviceOf(live(), "victim").identity);
    let finished = 0;
    const server = createTlsServer({ cert: certificatePem, key: keyPem, ALPNProtocols: ["h2"] }, () => finished++).on(
      "tlsClientError",
      () => {},
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const restore = await answerInPlaceOf(live(), { host: "127.0.0.1", port: (server.address() as AddressInfo).port });
    assert.equal(await settled(live, 503), 503);
    await restore();
    assert.equal(await settled(live, 200), 200);
    await new Promise((resolve) => server.close(resolve));
    assert.equal(finished, 0, "no handshake came to its end");
  });

  /** Leads web's proxy to another server than the victim's, as somebody who controls discovery could. */
  async function answerInPlaceOf(running: RunningMesh, { port }: SocketAddress): Promise<() => Promise<void>> {
    const file = join(proxyDirectory(running.directory, "tls/web"), "cds.json");
    const before = await readFile(file, "utf8");
    const right = `"port_value":${inboundOf(running, "victim").port}`;
    assert.ok(before.includes(right));
    await replaceFile(file, before.replace(right, `"port_value":${port}`));
    return () => replaceFile(file, before);
  }
});

/** The status once the changed endpoints are in use: waits for `wanted`, at most 3 s, and answers what is so at the end. */
async function settled(live: () => RunningMesh, wanted: number): Promise<number | "refused"> {
  for (let tries = 0; ; tries++) {
    const { status } = await request(live, "web", "http://victim:9080/");
    if (status === wanted || tries === 60) return status;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
