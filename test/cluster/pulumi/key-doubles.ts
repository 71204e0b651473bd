/** Stand-ins for the providers of random values and of certificates: what they make is real, a proxy accepts it. */
import "reflect-metadata";
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  webcrypto,
} from "node:crypto";
import * as x509 from "@peculiar/x509";
import type { Provider } from "@pulumi/pulumi/provider/index.js";
import { plain, same } from "./stored-object.ts";

type Inputs = Readonly<Record<string, unknown>>;

/** Both providers make something once and then keep it; each change of an input makes it anew. */
const maker = (version: string, make: (type: string, inputs: Inputs) => Inputs | Promise<Inputs>): Provider => ({
  version,
  diff: (_id, _urn, olds: Inputs, news: Inputs) => {
    const changed = Object.keys(news).filter((key) => !same(olds[key], news[key]));
    return Promise.resolve({ changes: changed.length > 0, replaces: changed });
  },
  create: async (urn, inputs: Inputs) => {
    const type = /([^:/$]+)::[^:]*$/.exec(urn)?.[1] ?? "";
    const outs = { ...inputs, ...(await make(type, inputs)) };
    return { id: createHash("sha256").update(urn).digest("hex").slice(0, 12), outs };
  },
  read: (id, _urn, props) => Promise.resolve({ id, props }),
});

export const randomDouble: Provider = maker("4.21.2", () => ({ hex: randomBytes(4).toString("hex") }));

export const tlsDouble: Provider = maker("5.6.1", (type, inputs) => {
  const written = plain(inputs) as unknown as CertificateInputs;
  switch (type) {
    case "PrivateKey":
      return { privateKeyPem: privateKey() };
    case "CertRequest":
      return certRequest(written);
    case "SelfSignedCert":
      return selfSigned(written);
    default:
      return locallySigned(written);
  }
});

const privateKey = (): string =>
  generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "sec1", format: "pem" }).toString();

// --- certificates --------------------------------------------------------------------------------------------------

interface CertificateInputs {
  readonly subject: { readonly commonName: string; readonly organization: string };
  readonly privateKeyPem: string;
  readonly certRequestPem: string;
  readonly caPrivateKeyPem: string;
  readonly caCertPem: string;
  readonly validityPeriodHours: number;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

const nameOf = ({ subject }: CertificateInputs): x509.JsonName => [
  { O: [subject.organization] },
  { CN: [subject.commonName] },
];

async function certRequest(inputs: CertificateInputs): Promise<Inputs> {
  const keys = await keysOf(inputs.privateKeyPem);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: nameOf(inputs),
    keys,
    signingAlgorithm: algorithm,
  });
  return { certRequestPem: `${request.toString("pem")}\n` };
}

async function selfSigned(inputs: CertificateInputs): Promise<Inputs> {
  const keys = await keysOf(inputs.privateKeyPem);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: nameOf(inputs),
    keys,
    ...(await authority(inputs, keys.publicKey)),
  });
  return { certPem: `${certificate.toString("pem")}\n` };
}

async function locallySigned(inputs: CertificateInputs): Promise<Inputs> {
  const request = new x509.Pkcs10CertificateRequest(inputs.certRequestPem);
  const publicKey = await request.publicKey.export();
  const certificate = await x509.X509CertificateGenerator.create({
    subject: request.subjectName,
    issuer: new x509.X509Certificate(inputs.caCertPem).subjectName,
    publicKey,
    signingKey: (await keysOf(inputs.caPrivateKeyPem)).privateKey,
    ...(await authority(inputs, publicKey)),
  });
  return { certPem: `${certificate.toString("pem")}\n` };
}

/** What the mesh's certificates have in common: each of them signs others. */
const authority = async ({ validityPeriodHours }: CertificateInputs, publicKey: webcrypto.CryptoKey) => ({
  signingAlgorithm: algorithm,
  serialNumber: `4${randomBytes(15).toString("hex")}0`,
  notBefore: new Date(),
  notAfter: new Date(Date.now() + validityPeriodHours * 3_600_000),
  extensions: [
    new x509.BasicConstraintsExtension(true, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    await x509.SubjectKeyIdentifierExtension.create(publicKey),
  ],
});

async function keysOf(pem: string): Promise<webcrypto.CryptoKeyPair> {
  const key = createPrivateKey(pem);
  const { subtle } = webcrypto;
  const [privateKey, publicKey] = await Promise.all([
    subtle.importKey("pkcs8", key.export({ type: "pkcs8", format: "der" }), algorithm, true, ["sign"]),
    subtle.importKey("spki", createPublicKey(pem).export({ type: "spki", format: "der" }), algorithm, true, ["verify"]),
  ]);
  return { privateKey, publicKey };
}
