/**
 * Owns the certificate authority of one local run: its key lives in this process only and cannot be exported.
 * Must not write files, and must not be used for anything but a run on this machine.
 *
 * Workload certificates follow the SPIFFE X.509-SVID specification (sections 2 to 4): one URI SAN, no CA bit, digitalSignature.
 */
import "reflect-metadata";
import { randomBytes, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import * as x509 from "@peculiar/x509";

export interface IssuedCertificate {
  readonly certificatePem: string;
  /** PKCS #8. Secret. */
  readonly keyPem: string;
}

export interface Authority {
  readonly caPem: string;
  issueWorkload(spiffeId: string): Promise<IssuedCertificate>;
  /** `names`: DNS names and addresses. */
  issueServer(names: readonly string[]): Promise<IssuedCertificate>;
}

interface Issuer {
  readonly certificate: x509.X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const hour = 3_600_000;
/** Proxies of a container or a virtual machine may have a clock that is a little behind. */
const backDated = hour / 12;
/** Of the authority and of all that it signs, which end with the run: a laptop that slept over a weekend has a mesh that still answers. */
const validity = 30 * 24 * hour;

export async function createAuthority({ trustDomain }: { readonly trustDomain: string }): Promise<Authority> {
  const issuer = await createIssuer(trustDomain);
  return {
    caPem: withNewline(issuer.certificate.toString("pem")),
    issueWorkload(spiffeId) {
      requireIdOf(trustDomain, spiffeId);
      return issue(issuer, "meshwright workload", [{ type: "url", value: spiffeId }]);
    },
    issueServer(names) {
      if (names.length === 0) throw new Error("a server certificate needs at least one name");
      const typed = names.map((value) => ({ type: isIP(value) === 0 ? ("dns" as const) : ("ip" as const), value }));
      return issue(issuer, "meshwright server", typed);
    },
  };
}

async function createIssuer(trustDomain: string): Promise<Issuer> {
  const keys = await webcrypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: subject("meshwright local authority"),
    keys,
    signingAlgorithm: algorithm,
    serialNumber: randomSerial(),
    ...validFor(validity),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      // The SPIFFE ID of a signing certificate is the trust domain, without a path.
      new x509.SubjectAlternativeNameExtension([{ type: "url", value: `spiffe://${trustDomain}` }]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, key: keys.privateKey };
}

async function issue(issuer: Issuer, commonName: string, names: x509.JsonGeneralNames): Promise<IssuedCertificate> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: subject(commonName),
    issuer: issuer.certificate.subjectName,
    publicKey: keys.publicKey,
    signingKey: issuer.key,
    signingAlgorithm: algorithm,
    serialNumber: randomSerial(),
    ...validFor(validity),
    extensions: await leafExtensions(issuer, keys.publicKey, names),
  });
  const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return {
    certificatePem: withNewline(certificate.toString("pem")),
    keyPem: withNewline(x509.PemConverter.encode(key, "PRIVATE KEY")),
  };
}

async function leafExtensions(
  issuer: Issuer,
  publicKey: webcrypto.CryptoKey,
  names: x509.JsonGeneralNames,
): Promise<x509.Extension[]> {
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
    new x509.SubjectAlternativeNameExtension(names),
    await x509.AuthorityKeyIdentifierExtension.create(issuer.certificate),
    await x509.SubjectKeyIdentifierExtension.create(publicKey),
  ];
}

/** As data, not as text: nothing in a name is parsed as the syntax of distinguished names. */
function subject(commonName: string): x509.JsonName {
  return [{ O: ["Meshwright"] }, { CN: [commonName] }];
}

function validFor(length: number): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - backDated), notAfter: new Date(now + length) };
}

/** 126 random bits; the first byte keeps the integer positive and without leading zeros (RFC 5280, 4.1.2.2). */
function randomSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString("hex");
}

/** The library leaves it out, and two files put together would then be no PEM. */
function withNewline(pem: string): string {
  return `${pem}\n`;
}

function requireIdOf(trustDomain: string, spiffeId: string): void {
  if (spiffeId.startsWith(`spiffe://${trustDomain}/`)) return;
  throw new Error(`${spiffeId} is no workload of the trust domain ${trustDomain}`);
}
