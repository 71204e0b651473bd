/**
 * A mesh for Pulumi programs in other languages: one component, whose inputs are flat enough for Pulumi to make SDKs of them. Whatever it
 * is given goes through the doors of meshes and settings, so it is refused by the same codes. Says nothing of its own.
 *
 * Types are spelled as Pulumi's analyzer understands them: interfaces, no unions but enums, no readonly lists, no private fields.
 */
import { pathToFileURL } from "node:url";
import { ComponentResource, type ComponentResourceOptions, type Output, output, RunError } from "@pulumi/pulumi";
import { releaseCatalogue } from "../../stacks/releases/catalogue.ts";
import { type Lock, readLock } from "../deployment/lock.ts";
import { readSettings, type StackSettings } from "../deployment/settings.ts";
import { childOptions } from "../platform/child-options.ts";
import { MeshPlatform, renderMesh } from "../platform/index.ts";
import { prepareUnasked } from "../platform/prepare-stack.ts";
import { refuseErrors } from "../platform/refuse.ts";

/** Whether the control plane is made here or is there. */
export const ControlPlaneKind = { Install: "install", Existing: "existing" } as const;
export type ControlPlaneKind = (typeof ControlPlaneKind)[keyof typeof ControlPlaneKind];

/** How much a control plane and its proxies may use. */
export const Size = { Small: "small", Standard: "standard", Large: "large" } as const;
export type Size = (typeof Size)[keyof typeof Size];

/** How a gateway is reached. */
export const Exposure = { LoadBalancer: "load-balancer", NodePort: "node-port", ClusterIp: "cluster-ip" } as const;
export type Exposure = (typeof Exposure)[keyof typeof Exposure];

/** Who keeps the root of trust. */
export const AuthorityKind = {
  Generated: "generated",
  ExistingRoot: "existing-root",
  CertManager: "cert-manager",
} as const;
export type AuthorityKind = (typeof AuthorityKind)[keyof typeof AuthorityKind];

/** Where charts come from. */
export const ChartSourceKind = { Official: "official", Mirror: "mirror", Folder: "folder" } as const;
export type ChartSourceKind = (typeof ChartSourceKind)[keyof typeof ChartSourceKind];

/** When nodes ask a registry for an image. */
export const PullPolicy = { Always: "Always", IfNotPresent: "IfNotPresent", Never: "Never" } as const;
export type PullPolicy = (typeof PullPolicy)[keyof typeof PullPolicy];

/** Whether namespaces are made here or are there and only labelled. */
export const Namespaces = { Create: "create", Label: "label" } as const;
export type Namespaces = (typeof Namespaces)[keyof typeof Namespaces];

/** `install` takes release, size, namespace and tag; `existing` takes revision, version and rootNamespace. */
export interface ControlPlaneArgs {
  kind: ControlPlaneKind;
  /** Of the catalogue, like "2026.11". */
  release?: string;
  size?: Size;
  namespace?: string;
  tag?: string;
  revision?: string;
  version?: string;
  rootNamespace?: string;
}

/** `generated` takes roots, signer, intermediate and protect; `existing-root` namespace and name; `cert-manager` issuer and issuerKind. */
export interface CertificateAuthorityArgs {
  kind: AuthorityKind;
  roots?: number[];
  signer?: number;
  intermediate?: number;
  protect?: boolean;
  namespace?: string;
  name?: string;
  issuer?: string;
  issuerKind?: string;
}

/** One gateway's proxies and Service. */
export interface GatewayArgs {
  exposure?: Exposure;
  replicas?: number;
}

/** `mirror` takes url, `folder` takes path. */
export interface ChartsArgs {
  kind: ChartSourceKind;
  url?: string;
  path?: string;
}

/** Where images come from, where it is not the release's place. */
export interface ImagesArgs {
  hub?: string;
  tag?: string;
  pullPolicy?: PullPolicy;
}

/** The whole mesh and what this stack decides about it. */
export interface MeshArgs {
  /** The mesh as JSON: written so, generated, or what `mesh export` writes of a typed one. */
  mesh: string;
  controlPlane: ControlPlaneArgs;
  certificateAuthority?: CertificateAuthorityArgs;
  /** By the gateway's key in the mesh. */
  gateways?: Record<string, GatewayArgs>;
  namespaces?: Namespaces;
  charts?: ChartsArgs;
  images?: ImagesArgs;
  /** The team whose part of the mesh is deployed. */
  owner?: string;
  /** The text of mesh.lock.json, which `mesh lock` writes; needed to install. */
  lock?: string;
  /** The folder from which paths of charts are seen, and where charts are kept. */
  project?: string;
}

/** A mesh on a Kubernetes cluster: control plane, certificate authority, gateways, sidecars and every policy. */
export class Mesh extends ComponentResource {
  /** Where each gateway can be reached, by its key. */
  readonly addresses: Output<Record<string, string>>;
  /** The roots that are trusted, as PEM; empty where somebody else keeps them. */
  readonly trustBundle: Output<string>;
  /** What namespaces carry in `istio.io/rev`. */
  readonly revision: Output<string>;
  /** Who calls whom, in the language of Graphviz. */
  readonly graph: Output<string>;

  constructor(name: string, args: MeshArgs, options: ComponentResourceOptions = {}) {
    const { mesh, lock, project = ".", ...written } = args;
    const settings = settingsOf(written);
    const rendered = renderMesh(meshOf(mesh), { environment: "default", owner: settings.owner });
    super("meshwright:index:Mesh", name, {}, options);
    const platform = prepareUnasked({
      settings,
      mesh: rendered,
      catalogue: releaseCatalogue,
      lock: lockOf(lock),
      project: pathToFileURL(`${project}/`),
    }).then((platformArgs) => new MeshPlatform(name, platformArgs, childOptions(this, options)));
    this.addresses = output(platform.then(({ addresses }) => addresses)) as Output<Record<string, string>>;
    this.trustBundle = output(platform.then(({ trustBundle }) => trustBundle ?? ""));
    this.revision = output(platform.then(({ controlPlane }) => controlPlane.revision));
    this.graph = output(platform.then(({ graph }) => graph));
    const { addresses, trustBundle, revision, graph } = this;
    this.registerOutputs({ addresses, trustBundle, revision, graph });
  }
}

/** One environment: whoever exported the mesh has chosen. */
const meshOf = (text: string) => {
  const data = parsed("mesh", text);
  return { kind: "meshwright", environments: ["default"], at: () => data } as const;
};

function settingsOf(written: object): StackSettings {
  const { settings, diagnostics } = readSettings(written, "default");
  refuseErrors(diagnostics);
  return settings as StackSettings;
}

function lockOf(text: string | undefined): Lock {
  const { lock, diagnostics } = readLock(text === undefined ? { schema: 1, releases: {} } : parsed("lock", text));
  refuseErrors(diagnostics);
  return lock;
}

function parsed(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RunError(`\`${what}\` is no JSON: ${(error as Error).message}`);
  }
}
