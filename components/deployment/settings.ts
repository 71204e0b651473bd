/**
 * The settings of a stack: what one environment decides about a mesh that is the same everywhere. Read from Pulumi's configuration or
 * from the stack file itself, through the same door as meshes; defaults are applied here, once.
 */
import { Cursor, Targets } from "../contract/cursor.ts";
import {
  boolean,
  covered,
  integer,
  label,
  list,
  object,
  oneOf,
  type Read,
  type Reader,
  record,
  text,
  textWhere,
  union,
  variant,
} from "../contract/read.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { Report } from "../diagnostics/report.ts";
import { type PullPolicy, pullPolicies } from "../engines/istio/versions.ts";
import { parseVersion } from "./version.ts";

export type Size = "small" | "standard" | "large";

/** A control plane of our own. */
export interface InstallSettings {
  readonly kind: "install";
  /** Of the catalogue. */
  readonly release: string;
  readonly size: Size;
  /** The namespace of the control plane, and of what holds for the whole mesh. */
  readonly namespace: string;
  /** A name that namespaces keep while revisions come and go. */
  readonly tag: string;
}

/** A control plane that is there already and belongs to somebody else. */
export interface ExistingSettings {
  readonly kind: "existing";
  /** What namespaces carry in `istio.io/rev`: a revision or a tag. */
  readonly revision: string;
  readonly version: string;
  readonly rootNamespace: string;
}

/** Keys and certificates made by the stack. Generations are numbered and never changed, only added and taken away. */
export interface GeneratedAuthority {
  readonly kind: "generated";
  /** Those that everybody trusts. */
  readonly roots: readonly number[];
  /** The root that signs. */
  readonly signer: number;
  /** The generation of the cluster's own certificate. */
  readonly intermediate: number;
  readonly protect: boolean;
}

/** A root that somebody else keeps, in a secret of the cluster with `tls.crt` and `tls.key`. */
export interface ExistingRoot {
  readonly kind: "existing-root";
  readonly namespace: string;
  readonly name: string;
  readonly intermediate: number;
}

/** cert-manager issues and renews the cluster's certificate. */
export interface CertManagerAuthority {
  readonly kind: "cert-manager";
  readonly issuer: string;
  readonly issuerKind: "Issuer" | "ClusterIssuer";
}

export type AuthoritySettings = GeneratedAuthority | ExistingRoot | CertManagerAuthority;

export type Exposure = "load-balancer" | "node-port" | "cluster-ip";

export interface GatewaySettings {
  readonly exposure: Exposure;
  readonly replicas: number;
}

/** Where charts come from; wherever it is, their digests must be the locked ones. A mirror's `url` is `https://` or `oci://`. */
export type ChartSource =
  | { readonly kind: "official" }
  | { readonly kind: "mirror"; readonly url: string }
  | { readonly kind: "folder"; readonly path: string };

/** Where images come from, where it is not the release's place. */
export interface ImageSettings {
  /** A registry and a path, as before the image's name: `mirror.example.com/istio`. @default the release's */
  readonly hub?: string;
  /** Another build of the release: `1.31.4-distroless`. @default the release's */
  readonly tag?: string;
  readonly pullPolicy: PullPolicy;
}

export interface ClusterSettings {
  /** The context of the kubeconfig. @default the current one */
  readonly context?: string;
  /** The uid of its namespace kube-system, which no other cluster has: whatever else a context leads to is refused. */
  readonly uid?: string;
  /** The version that the cluster runs, where it is known beforehand. */
  readonly kubernetes?: string;
  /** The version of the Gateway API's CRDs that are there. */
  readonly gatewayApi?: string;
  /** Other meshes on the same cluster. */
  readonly engines: readonly ("linkerd" | "consul")[];
}

export interface StackSettings {
  readonly engine: "istio" | "linkerd" | "consul" | "envoy";
  /** The environment of the mesh whose parameters are used. */
  readonly environment: string;
  /** The team whose part of the mesh this stack deploys. @default the whole mesh */
  readonly owner?: string;
  readonly controlPlane: InstallSettings | ExistingSettings;
  readonly certificateAuthority: AuthoritySettings;
  /** By the gateway's key in the mesh. */
  readonly gateways: Readonly<Record<string, GatewaySettings>>;
  /** Whether the stack makes the namespaces of services or labels those that are there. */
  readonly namespaces: "create" | "label";
  readonly charts: ChartSource;
  readonly images: ImageSettings;
  readonly cluster: ClusterSettings;
}

export const defaultGateway: GatewaySettings = { exposure: "load-balancer", replicas: 2 };

export const defaultImages: ImageSettings = { pullPolicy: "IfNotPresent" };

// --- reading -------------------------------------------------------------------------------------------------------

const version = textWhere('a version, like "1.31.4"', (text) => parseVersion(text) !== undefined);
const releaseName = textWhere('a release, like "2026.11"', (text) => /^\d{4}\.\d{2}$/.test(text));
const generation = integer(1, 9999);

const install = variant(
  "install",
  {
    release: releaseName,
    size: oneOf("small", "standard", "large"),
    namespace: label,
    tag: label,
  },
  { required: ["release"] },
);

const existing = variant(
  "existing",
  { revision: label, version, rootNamespace: label },
  { required: ["revision", "version"] },
);

const generated = variant("generated", {
  roots: list(generation),
  signer: generation,
  intermediate: generation,
  protect: boolean,
});

const existingRoot = variant(
  "existing-root",
  { namespace: covered(label), name: covered(label), intermediate: generation },
  { required: ["namespace", "name"] },
);

const certManager = variant(
  "cert-manager",
  { issuer: label, issuerKind: oneOf("Issuer", "ClusterIssuer") },
  { required: ["issuer"] },
);

const url: Reader<string> = textWhere(
  'the address of a chart repository, like "https://charts.example.com/istio" or "oci://registry.example.com/charts"',
  (text) => URL.canParse(text) && /^(?:https?|oci):$/.test(new URL(text).protocol),
);
const path = textWhere("the path of a folder", (text) => text !== "");

const charts = union({
  official: variant("official", {}),
  mirror: variant("mirror", { url }, { required: ["url"] }),
  folder: variant("folder", { path }, { required: ["path"] }),
});

/** Without a scheme and without a tag. @source github.com/distribution/reference, grammar of a name */
const hub = textWhere('a registry and a path, like "mirror.example.com/istio"', (text) =>
  /^[a-z0-9]+(?:[.-][a-z0-9]+)*(?::[0-9]+)?(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/.test(text),
);
const tag = textWhere('a tag, like "1.31.4-distroless"', (text) => /^\w[\w.-]{0,127}$/.test(text));

const images = object({ hub, tag, pullPolicy: oneOf(...pullPolicies) });

const gateway = object({
  exposure: oneOf("load-balancer", "node-port", "cluster-ip"),
  replicas: integer(1, 100),
});

const cluster = object({
  context: textWhere("the name of a context", (text) => text !== ""),
  uid: textWhere("the uid of a namespace", (text) => /^[0-9a-f-]{36}$/.test(text)),
  kubernetes: version,
  gatewayApi: version,
  engines: list(oneOf("linkerd", "consul")),
});

const controlPlane = union({ install, existing });
const authority = union({ generated, "existing-root": existingRoot, "cert-manager": certManager });

/** The keys of a stack's configuration, as Pulumi.yaml declares them. */
const settings = object(
  {
    engine: oneOf("istio", "linkerd", "consul", "envoy"),
    environment: textWhere("the name of an environment", (text) => text !== ""),
    owner: text,
    controlPlane,
    certificateAuthority: authority,
    gateways: record(gateway),
    namespaces: oneOf("create", "label"),
    charts,
    images,
    cluster,
  },
  { required: ["controlPlane"] },
);

export const settingKeys = [
  "engine",
  "environment",
  "owner",
  "controlPlane",
  "certificateAuthority",
  "gateways",
  "namespaces",
  "charts",
  "images",
  "cluster",
] as const satisfies readonly (keyof StackSettings)[];

export interface ReadSettings {
  readonly settings: StackSettings | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** `environment`: what the stack is called, which is what its mesh's environment is called unless it says otherwise. */
export function readSettings(data: unknown, environment: string): ReadSettings {
  const report = new Report();
  const written = settings(data, Cursor.root(report, new Targets([])));
  const diagnostics = report.sorted();
  if (written === undefined || report.hasErrors) return { settings: undefined, diagnostics };
  return { settings: complete(written, environment), diagnostics };
}

const complete = (written: Read<typeof settings>, environment: string): StackSettings => ({
  engine: written.engine ?? "istio",
  environment: written.environment ?? environment,
  // Pulumi knows no key without a value; an empty one is none.
  ...(written.owner === undefined || written.owner === "" ? {} : { owner: written.owner }),
  controlPlane: completeControlPlane(written.controlPlane),
  certificateAuthority: completeAuthority(written.certificateAuthority ?? { kind: "generated" }),
  gateways: Object.fromEntries(
    [...(written.gateways ?? new Map())].map(([key, value]) => [key, { ...defaultGateway, ...value }]),
  ),
  namespaces: written.namespaces ?? "create",
  charts: written.charts ?? { kind: "official" },
  images: { ...defaultImages, ...written.images },
  cluster: { engines: [], ...written.cluster },
});

const completeControlPlane = (written: Read<typeof controlPlane>): InstallSettings | ExistingSettings =>
  written.kind === "existing"
    ? { rootNamespace: "istio-system", ...written }
    : { size: "standard", namespace: "istio-system", tag: "meshwright", ...written };

function completeAuthority(written: Read<typeof authority>): AuthoritySettings {
  if (written.kind === "cert-manager") return { issuerKind: "ClusterIssuer", ...written };
  if (written.kind === "existing-root") return { intermediate: 1, ...written };
  const roots = written.roots ?? [1];
  // Protected unless a stack says that its keys may be thrown away.
  return { roots, signer: roots[0] ?? 1, intermediate: 1, protect: true, ...written };
}
