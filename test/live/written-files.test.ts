/** The files that `mesh render` writes run as its README says: with workloads and certificates of one's own, which may be renewed. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TLSSocket, connect as tlsConnect } from "node:tls";
import { defineMesh, http, listen, secretRef, verified } from "meshwright";
import { writeProxies } from "../../cli/proxy-folders.ts";
import { placementOf, type SocketAddress, workloadSocket } from "../../components/engines/envoy/placement.ts";
import type { ExternalId, GatewayId, ServiceIr } from "../../components/ir/mesh-ir.ts";
import { type Authority, createAuthority, type IssuedCertificate } from "../../components/local/certificates.ts";
import { replaceFile } from "../../components/local/files.ts";
import { freePorts } from "../../components/local/ports.ts";
import { type ProxyProcess, startProxy, untilReady } from "../../components/local/proxy-process.ts";
import { envoyRenderer } from "../../components/passes/render.ts";
import { envoyForTests } from "../envoy/envoy-for-tests.ts";
import { irOf } from "./live-mesh.ts";
import { straight } from "./straight.ts";

const mesh = defineMesh({
  name: "files",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["back", "rates", "partner"] },
    back: { ports: { http: http(9080) } },
  },
  externals: {
    rates: { host: "rates.example", ports: { https: http(443) } },
    partner: {
      host: "partner.example",
      ports: { https: http(443) },
      tls: verified({ roots: secretRef("files", "partner-roots", "ca") }),
    },
  },
  gateways: {
    edge: {
      listeners: {
        secure: listen.https(443, { hosts: ["shop.example"], certificate: secretRef("files", "shop", "tls") }),
      },
      routes: { all: { to: "back" } },
    },
  },
});

/** Who signs what: the mesh itself, servers in general, and the partner, whom nobody else trusts. */
const [inside, outside, partner] = (await Promise.all(
  ["files.mesh", "outside", "partner"].map((trustDomain) => createAuthority({ trustDomain })),
)) as [Authority, Authority, Authority];

const ir = irOf(mesh);

describe("live: written files", () => {
  const servers: Server[] = [];
  const proxies: ProxyProcess[] = [];
  const ports = new Map<string, number>();
  let free: number[] = [];
  const placement = placementOf((purpose) => {
    const port = ports.get(purpose) ?? free.pop() ?? 0;
    ports.set(purpose, port);
    return { host: "127.0.0.1", port };
  }, "rendered");
  let folder = "";
  const place = (key: string, file = "") => join(folder, `files.${key}`, file);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "mw-files-"));
    free = await freePorts(20);
    writeProxies(envoyRenderer(placement).render(ir), ir, folder);
    await serve(createServer(answer), { path: place("back", workloadSocket("http")) });
    await serve(createServer(answer), { path: place("web", workloadSocket("http")) });
    for (const [key, authority] of [
      ["rates", outside],
      ["partner", partner],
    ] as const)
      await serve(await server(authority, `${key}.example`), externalOf(key));
    for (const { key, identity } of [...ir.services, ...ir.gateways]) {
      await renew(place(key, "certs/identity"), await inside.issueWorkload(identity));
      await replaceFile(place(key, "certs/ca.crt"), inside.caPem);
    }
    await replaceFile(place("web", "certs/external-ca.crt"), outside.caPem);
    await replaceFile(place("web", "certs/external.partner.crt"), partner.caPem);
    await renew(place("edge", "certs/gateway.secure"), await outside.issueServer(["shop.example"]));
    for (const key of ["web", "back", "edge"]) await start(key);
  });

  after(async () => {
    await Promise.all(proxies.map((proxy) => proxy.stop()));
    for (const one of servers) one.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("a call has both identities", async () => {
    const { status, body } = await call("back:9080");
    assert.equal(status, 200);
    assert.match(body, /URI=spiffe:\/\/files\.mesh\/ns\/files\/sa\/web$/);
  });

  for (const host of ["rates.example", "partner.example"])
    it(`a server outside is verified by the roots that it is given: ${host}`, async () => {
      const { status, body } = await call(host);
      assert.equal(status, 200);
      assert.equal(body, "http/1.1", "the protocol is agreed on, not guessed");
    });

  it("a gateway shows the certificate of its listener", async () => {
    const tls = { ca: outside.caPem, servername: "shop.example" };
    assert.equal((await straight(edge(), { tls, headers: { host: "shop.example" } })).status, 200);
  });

  it("a renewed certificate is shown without a restart, a gateway's, too", async () => {
    await renew(place("back", "certs/identity"), await inside.issueWorkload(serviceOf("back").identity));
    await renew(place("edge", "certs/gateway.secure"), await outside.issueServer(["shop.example"]));
    for (const [file, address] of [
      [place("back", "certs/identity"), back()],
      [place("edge", "certs/gateway.secure"), edge()],
    ] as const)
      await until(async () => (await shownAt(address)) === (await serialOf(`${file}.crt`)), `${file} is shown`);
    assert.equal((await call("back:9080")).status, 200);
  });

  it("renewed roots count without a restart", async () => {
    const { caPem } = await createAuthority({ trustDomain: "files.mesh" });
    const certificate = await inside.issueWorkload(serviceOf("web").identity);
    const tls = { cert: certificate.certificatePem, key: certificate.keyPem, rejectUnauthorized: false };
    const status = async () => (await straight(back(), { tls })).status;
    assert.equal(await status(), 200);
    await replaceFile(place("back", "certs/ca.crt"), caPem);
    await until(async () => (await status()) === "refused", "who was signed by the old roots is refused");
    await replaceFile(place("back", "certs/ca.crt"), inside.caPem);
    await until(async () => (await status()) === 200, "and served again");
  });

  // --- pieces --------------------------------------------------------------------------------------------------------

  const serviceOf = (key: string) => ir.services.find((one) => one.key === key) as ServiceIr;
  const back = () => placement.inbound(serviceOf("back").id, undefined, "http");
  const edge = () => placement.listener(ir.gateways[0]?.id as GatewayId, "secure");
  const externalOf = (key: string) => placement.external(`external/${key}` as ExternalId, "https");
  const call = (host: string) => straight(placement.outboundHttp("files/web"), { headers: { host } });

  async function start(key: string): Promise<void> {
    const proxy = startProxy(await envoyForTests(), place(key));
    proxies.push(proxy);
    await untilReady(place(key), proxy);
  }

  function serve(server: Server, at: { readonly path: string } | SocketAddress): Promise<void> {
    servers.push(server);
    return new Promise((resolve) => server.listen(at, () => resolve()));
  }
});

const answer: RequestListener = (request, response) => {
  response.end(request.headers["x-forwarded-client-cert"]);
};

async function server(authority: Authority, host: string): Promise<Server> {
  const { certificatePem: cert, keyPem: key } = await authority.issueServer([host]);
  return createTlsServer({ cert, key, ALPNProtocols: ["http/1.1"] }, ({ socket }, response) =>
    response.end(`${(socket as TLSSocket).alpnProtocol}`),
  );
}

async function renew(file: string, { certificatePem, keyPem }: IssuedCertificate): Promise<void> {
  await replaceFile(`${file}.crt`, certificatePem);
  await replaceFile(`${file}.key`, keyPem, { secret: true });
}

const serialOf = async (file: string) => new X509Certificate(await readFile(file)).serialNumber;

const shownAt = (address: SocketAddress): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = tlsConnect({ ...address, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.on("error", reject);
  });

/** A proxy sees a changed file in a moment; five seconds are for a busy machine. */
async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 5_000; !(await holds()); await new Promise((resolve) => setTimeout(resolve, 20)))
    assert.ok(Date.now() < end, what);
}
