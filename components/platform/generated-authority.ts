/**
 * Roots and a cluster's own certificate, made by Pulumi. A generation is never changed: a new one is added, trusted, signs, and only then
 * the old one is taken away. Keys are secrets from the moment they exist.
 */

import { interpolate, type Output, output } from "@pulumi/pulumi";
import { RandomId } from "@pulumi/random";
import { CertRequest, LocallySignedCert, PrivateKey, SelfSignedCert } from "@pulumi/tls";
import type { GeneratedAuthority } from "../deployment/settings.ts";
import type { ChildOptions } from "./child-options.ts";

/** What signs the certificates of workloads, as Istio's `cacerts` secret holds it. */
export interface SigningMaterial {
  readonly certificate: Output<string>;
  /** A secret. */
  readonly key: Output<string>;
  /** From the certificate up to its root. */
  readonly chain: Output<string>;
  /** All roots that are trusted. */
  readonly bundle: Output<string>;
}

interface Signer {
  readonly certificate: Output<string>;
  readonly key: Output<string>;
}

const HOURS_A_YEAR = 8_766;
/** A year lasts long enough to notice; its renewal keeps key and root, so an `up` at any time may do it. */
const INTERMEDIATE_HOURS = HOURS_A_YEAR;
const RENEW_BEFORE_HOURS = 90 * 24;
const ROOT_HOURS = 10 * HOURS_A_YEAR;

/** ECDSA P-256: the one algorithm that every engine takes for an issuer. */
const algorithm = { algorithm: "ECDSA", ecdsaCurve: "P256" } as const;
const signs = { isCaCertificate: true, allowedUses: ["cert_signing", "crl_signing"] };

/** What a root once said it says for ever: whatever changes in the mesh must not replace it. */
const FROZEN = ["subject", "validityPeriodHours", "allowedUses", "isCaCertificate", "setSubjectKeyId"];

export interface AuthorityOwner {
  readonly name: string;
  readonly children: ChildOptions;
  readonly trustDomain: string;
}

export function createGeneratedAuthority(owner: AuthorityOwner, settings: GeneratedAuthority): SigningMaterial {
  const {
    name,
    children: { parent },
  } = owner;
  const suffix = new RandomId(`${name}-suffix`, { byteLength: 4 }, { parent }).hex;
  const roots = new Map(
    settings.roots.map((generation) => [generation, createRoot(owner, generation, suffix, settings)]),
  );
  const signer = roots.get(settings.signer);
  if (signer === undefined) throw new Error(`root ${settings.signer} is not there`);
  const bundle = output([...roots.values()].map(({ certificate }) => certificate)).apply((all) => all.join(""));
  return createIntermediate(owner, { intermediate: settings.intermediate, suffix, signer, bundle });
}

/** The subject has a random part: chains are built by subject, and two meshes may meet. */
function createRoot(
  { name, children: { parent }, trustDomain }: AuthorityOwner,
  generation: number,
  suffix: Output<string>,
  { protect }: GeneratedAuthority,
): Signer {
  const id = `${name}-root-${generation}`;
  const key = new PrivateKey(`${id}-key`, algorithm, { parent, protect });
  const { certPem } = new SelfSignedCert(
    id,
    {
      privateKeyPem: key.privateKeyPem,
      subject: { commonName: interpolate`${trustDomain} root ${generation} ${suffix}`, organization: trustDomain },
      validityPeriodHours: ROOT_HOURS,
      setSubjectKeyId: true,
      ...signs,
    },
    { parent, protect, ignoreChanges: FROZEN },
  );
  return { certificate: certPem, key: key.privateKeyPem };
}

export interface IntermediateOptions {
  readonly intermediate: number;
  readonly signer: Signer;
  readonly suffix: Output<string>;
  readonly bundle: Output<string>;
}

/** A cluster's own certificate: stolen, it endangers this cluster and no other. */
export function createIntermediate(
  { name, children: { parent }, trustDomain }: AuthorityOwner,
  { intermediate, signer, suffix, bundle }: IntermediateOptions,
): SigningMaterial {
  const id = `${name}-intermediate-${intermediate}`;
  const key = new PrivateKey(`${id}-key`, algorithm, { parent });
  const request = new CertRequest(
    `${id}-request`,
    {
      privateKeyPem: key.privateKeyPem,
      subject: {
        commonName: interpolate`${trustDomain} intermediate ${intermediate} ${suffix}`,
        organization: trustDomain,
      },
    },
    { parent },
  );
  const { certPem } = new LocallySignedCert(
    id,
    {
      certRequestPem: request.certRequestPem,
      caPrivateKeyPem: signer.key,
      caCertPem: signer.certificate,
      validityPeriodHours: INTERMEDIATE_HOURS,
      earlyRenewalHours: RENEW_BEFORE_HOURS,
      setSubjectKeyId: true,
      ...signs,
    },
    { parent },
  );
  return { certificate: certPem, key: key.privateKeyPem, chain: interpolate`${certPem}${signer.certificate}`, bundle };
}
