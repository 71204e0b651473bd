/** Who signs the certificates of a mesh's workloads, as a component: keys of our own, a root of somebody else's, or cert-manager. */
import { apiextensions, core } from "@pulumi/kubernetes";
import { ComponentResource, type ComponentResourceOptions, type Output, secret } from "@pulumi/pulumi";
import { RandomId } from "@pulumi/random";
import { checkAuthority } from "../deployment/check-stack.ts";
import type { AuthoritySettings, CertManagerAuthority, ExistingRoot } from "../deployment/settings.ts";
import { childOptions } from "./child-options.ts";
import {
  type AuthorityOwner,
  createGeneratedAuthority,
  createIntermediate,
  type SigningMaterial,
} from "./generated-authority.ts";
import { refuseErrors } from "./refuse.ts";
import { requireProvider } from "./require-provider.ts";

export interface CertificateAuthorityArgs {
  readonly authority: AuthoritySettings;
  readonly trustDomain: string;
  /** The namespace of the control plane, which is there already. */
  readonly namespace: string;
}

/** Where istiod looks for what signs; it must be there before istiod first starts (istio#53961). */
const SECRET = "cacerts";

/**
 * A mesh's certificate authority, up to the secret that istiod signs with.
 *
 * @errors MW5122 a root signs that is not there · MW5129 a root stands twice · MW5123 no provider
 * @engines istio Secret `cacerts`
 */
export class CertificateAuthority extends ComponentResource {
  /** The roots that are trusted, as PEM; absent where cert-manager keeps them. */
  readonly trustBundle: Output<string> | undefined;
  readonly namespace: string;
  readonly secretName = SECRET;

  constructor(name: string, args: CertificateAuthorityArgs, options: ComponentResourceOptions = {}) {
    requireProvider("CertificateAuthority", options);
    const { authority, trustDomain, namespace } = args;
    refuseErrors(checkAuthority(authority));
    super("meshwright:index:CertificateAuthority", name, { ...authority, trustDomain, namespace }, options);
    this.namespace = namespace;
    this.trustBundle = createAuthority(
      { name, children: childOptions(this, options), trustDomain },
      authority,
      namespace,
    );
    this.registerOutputs({ trustBundle: this.trustBundle, secretName: SECRET });
  }
}

function createAuthority(
  owner: AuthorityOwner,
  authority: AuthoritySettings,
  namespace: string,
): Output<string> | undefined {
  switch (authority.kind) {
    case "generated":
      return createSecret(owner, createGeneratedAuthority(owner, authority), namespace);
    case "existing-root":
      return createSecret(owner, belowExistingRoot(owner, authority), namespace);
    case "cert-manager":
      createCertificate(owner, authority, namespace);
      return undefined;
  }
}

/** `ca-key.pem` is a secret already; said again, so that no change above can lose it. */
function createSecret(
  { name, children }: AuthorityOwner,
  material: SigningMaterial,
  namespace: string,
): Output<string> {
  const { certificate, key, chain, bundle } = material;
  const stringData = {
    "ca-cert.pem": certificate,
    "ca-key.pem": secret(key),
    "cert-chain.pem": chain,
    "root-cert.pem": bundle,
  };
  new core.v1.Secret(`${name}-${SECRET}`, { metadata: { name: SECRET, namespace }, stringData }, children);
  return bundle;
}

/** The root's key is read from the cluster, signs once, and is kept encrypted in the state. */
function belowExistingRoot(owner: AuthorityOwner, { namespace, name, intermediate }: ExistingRoot): SigningMaterial {
  const { parent } = owner.children;
  const { data } = core.v1.Secret.get(`${owner.name}-root`, `${namespace}/${name}`, owner.children);
  const read = (key: string): Output<string> => data.apply((all) => Buffer.from(all[key] ?? "", "base64").toString());
  const certificate = read("tls.crt");
  const suffix = new RandomId(`${owner.name}-suffix`, { byteLength: 4 }, { parent }).hex;
  const signer = { certificate, key: secret(read("tls.key")) };
  return createIntermediate(owner, { intermediate, suffix, signer, bundle: certificate });
}

/** istiod takes cert-manager's layout (`tls.crt`, `tls.key`, `ca.crt`) as it is, and a renewed certificate while it runs. */
function createCertificate(
  { name, children, trustDomain }: AuthorityOwner,
  authority: CertManagerAuthority,
  namespace: string,
): void {
  const { issuer, issuerKind } = authority;
  new apiextensions.CustomResource(
    `${name}-${SECRET}`,
    {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      // Whoever comes after it finds the secret.
      metadata: { name: SECRET, namespace, annotations: { "pulumi.com/waitFor": "condition=Ready" } },
      spec: {
        isCA: true,
        commonName: `${trustDomain} intermediate`,
        secretName: SECRET,
        duration: "8766h",
        renewBefore: "2160h",
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
        usages: ["cert sign", "crl sign"],
        issuerRef: { group: "cert-manager.io", kind: issuerKind, name: issuer },
      },
    },
    children,
  );
}
