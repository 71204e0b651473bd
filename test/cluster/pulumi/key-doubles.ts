/** Stand-ins for the providers of random values and of certificates: real keys, and texts that look like certificates and are none. */
import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import type { Provider } from "@pulumi/pulumi/provider/index.js";
import { same } from "./stored-object.ts";

type Inputs = Readonly<Record<string, unknown>>;

/** Both providers make something once and then keep it; each change of an input makes it anew. */
const maker = (version: string, make: (type: string, inputs: Inputs) => Inputs): Provider => ({
  version,
  diff: (_id, _urn, olds: Inputs, news: Inputs) => {
    const changed = Object.keys(news).filter((key) => !same(olds[key], news[key]));
    return Promise.resolve({ changes: changed.length > 0, replaces: changed });
  },
  create: (urn, inputs: Inputs) => {
    const type = /([^:/$]+)::[^:]*$/.exec(urn)?.[1] ?? "";
    const outs = { ...inputs, ...make(type, inputs) };
    return Promise.resolve({ id: createHash("sha256").update(urn).digest("hex").slice(0, 12), outs });
  },
  read: (id, _urn, props) => Promise.resolve({ id, props }),
});

export const randomDouble: Provider = maker("4.21.2", () => ({ hex: randomBytes(4).toString("hex") }));

export const tlsDouble: Provider = maker("5.6.1", (type) => {
  if (type === "PrivateKey") return { privateKeyPem: privateKey() };
  const text = randomBytes(30).toString("base64");
  if (type === "CertRequest") return { certRequestPem: pem("CERTIFICATE REQUEST", text) };
  return { certPem: pem("CERTIFICATE", text) };
});

const privateKey = (): string =>
  generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "sec1", format: "pem" }).toString();

const pem = (kind: string, text: string): string => `-----BEGIN ${kind}-----\n${text}\n-----END ${kind}-----\n`;
