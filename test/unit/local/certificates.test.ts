/** What certificates of a local run must hold, judged by a real TLS handshake and by Node's own parser. */
import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { connect, createServer } from "node:tls";
import type { Authority, IssuedCertificate } from "../../../components/local/certificates.ts";
import { createAuthority } from "../../../components/local/certificates.ts";

const reviews = "spiffe://shop.local/ns/shop/sa/reviews";
const web = "spiffe://shop.local/ns/shop/sa/web";

describe("createAuthority", () => {
  let authority: Authority;
  before(async () => {
    authority = await createAuthority({ trustDomain: "shop.local" });
  });

  it("issues workload certificates that both sides of mutual TLS accept, each with its SPIFFE id", async () => {
    const [server, client] = await Promise.all([authority.issueWorkload(reviews), authority.issueWorkload(web)]);
    const seen = await handshake(authority.caPem, server, client);
    assert.deepEqual(seen, { byClient: `URI:${reviews}`, byServer: `URI:${web}` });
  });

  it("is not accepted by a peer that trusts another authority", async () => {
    const stranger = await createAuthority({ trustDomain: "shop.local" });
    const [server, client] = await Promise.all([authority.issueWorkload(reviews), stranger.issueWorkload(web)]);
    await assert.rejects(handshake(authority.caPem, server, client), /refused|alert|ECONNRESET/);
  });

  it("issues leaves by the rules of X.509-SVID", async () => {
    const { certificatePem, keyPem } = await authority.issueWorkload(reviews);
    const leaf = new X509Certificate(certificatePem);
    assert.equal(leaf.subjectAltName, `URI:${reviews}`);
    assert.equal(leaf.ca, false);
    // Extended key usage of server and client authentication.
    assert.deepEqual(leaf.keyUsage, ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
    assert.ok(leaf.verify(new X509Certificate(authority.caPem).publicKey));
    assert.ok(leaf.checkPrivateKey(createPrivateKey(keyPem)));
    assert.equal(leaf.publicKey.asymmetricKeyDetails?.namedCurve, "prime256v1");
    assert.equal(certificatePem.match(/-----BEGIN/g)?.length, 1);
    assert.match(keyPem, /^-----BEGIN PRIVATE KEY-----\n[^-]+-----END PRIVATE KEY-----\n$/);
  });

  it("dates leaves from five minutes ago to thirty days ahead", async () => {
    const leaf = new X509Certificate((await authority.issueWorkload(web)).certificatePem);
    const seconds = (date: string) => (Date.parse(date) - Date.now()) / 1000;
    assert.ok(Math.abs(seconds(leaf.validFrom) + 300) < 10);
    assert.ok(Math.abs(seconds(leaf.validTo) - 30 * 86_400) < 10);
  });

  it("marks the authority as one, with the id of its trust domain", () => {
    const ca = new X509Certificate(authority.caPem);
    assert.equal(ca.ca, true);
    assert.equal(ca.subjectAltName, "URI:spiffe://shop.local");
    // KeyUsage 2.5.29.15, critical, keyCertSign and cRLSign: DER as in RFC 5280, 4.2.1.3.
    assert.ok(ca.raw.includes(Buffer.from("0603551d0f0101ff040403020106", "hex")));
  });

  it("marks leaves for signatures only, and as no authority", async () => {
    const leaf = new X509Certificate((await authority.issueWorkload(web)).certificatePem);
    // BasicConstraints 2.5.29.19, critical, empty: `leaf.ca` would be false without it, too.
    assert.ok(leaf.raw.includes(Buffer.from("0603551d130101ff04023000", "hex")));
    assert.ok(leaf.raw.includes(Buffer.from("0603551d0f0101ff040403020780", "hex")));
  });

  it("issues server certificates for DNS names and addresses", async () => {
    const names = ["api.example.com", "*.shop.test", "198.18.0.2"];
    const leaf = new X509Certificate((await authority.issueServer(names)).certificatePem);
    assert.equal(leaf.checkHost("api.example.com"), "api.example.com");
    assert.equal(leaf.checkHost("www.shop.test"), "*.shop.test");
    assert.equal(leaf.checkHost("other.example.com"), undefined);
    assert.equal(leaf.checkIP("198.18.0.2"), "198.18.0.2");
  });

  it("refuses an id of another trust domain, the trust domain itself, and a server without names", () => {
    for (const id of ["spiffe://shop.local.evil/ns/x", "spiffe://shop.local", "https://shop.local/x"]) {
      assert.throws(() => authority.issueWorkload(id), /no workload of the trust domain/);
    }
    assert.throws(() => authority.issueServer([]), /at least one name/);
  });

  it("issues a mesh of 15 well below a second, no serial twice", async () => {
    const started = performance.now();
    const ids = Array.from({ length: 15 }, (_, index) => `spiffe://shop.local/ns/shop/sa/s${index}`);
    const issued = await Promise.all(ids.map((id) => authority.issueWorkload(id)));
    assert.ok(performance.now() - started < 1_000);
    const serials = issued.map(({ certificatePem }) => new X509Certificate(certificatePem).serialNumber);
    assert.equal(new Set(serials).size, 15);
    for (const serial of serials) assert.match(serial, /^[4-7][0-9A-F]{31}$/);
  });

  it("gives out nothing that holds the key of the authority", () => {
    assert.deepEqual(Object.keys(authority).sort(), ["caPem", "issueServer", "issueWorkload"]);
    assert.doesNotMatch(authority.caPem, /PRIVATE/);
  });
});

async function handshake(ca: string, server: IssuedCertificate, client: IssuedCertificate) {
  const listening = createServer({
    ca,
    cert: server.certificatePem,
    key: server.keyPem,
    requestCert: true,
    rejectUnauthorized: true,
  });
  listening.on("secureConnection", (socket) => {
    socket.on("error", () => {});
    socket.end(socket.getPeerCertificate().subjectaltname ?? "nobody");
  });
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  const { port } = listening.address() as AddressInfo;
  const socket = connect({
    port,
    host: "127.0.0.1",
    ca,
    cert: client.certificatePem,
    key: client.keyPem,
    // A SPIFFE peer is known by its URI, which no host name check can match.
    checkServerIdentity: () => undefined,
  });
  try {
    return await peers(socket);
  } finally {
    socket.destroy();
    listening.close();
  }
}

async function peers(socket: TLSSocket) {
  await once(socket, "secureConnect");
  const byClient = socket.getPeerCertificate().subjectaltname;
  // With TLS 1.3 a client learns only here that the server refused it: an error, or a close without a word.
  const received: Buffer[] = [];
  for await (const part of socket as AsyncIterable<Buffer>) received.push(part);
  if (received.length === 0) throw new Error("refused by the server");
  return { byClient, byServer: Buffer.concat(received).toString() };
}
