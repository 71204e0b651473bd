/** The control plane of a cluster: one that the stack installs, or one that is there and is left alone. */
import type { helm } from "@pulumi/kubernetes";
import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi";
import type { VerifiedCharts } from "../charts/verified-charts.ts";
import { checkChartsOf } from "../deployment/check-release.ts";
import { imagePlace, namedByDigest } from "../deployment/images.ts";
import type { Release } from "../deployment/release.ts";
import { defaultImages, type ExistingSettings, type ImageSettings, type Size } from "../deployment/settings.ts";
import { sizes } from "../deployment/sizes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { controlPlaneCharts } from "../engines/istio/install.ts";
import { childOptions } from "./child-options.ts";
import { createChart } from "./create-chart.ts";
import { refuseErrors } from "./refuse.ts";
import { requireProvider } from "./require-provider.ts";

/** A control plane that the stack installs and owns. */
export interface Install {
  readonly kind: "install";
  readonly release: Release;
  readonly charts: VerifiedCharts;
  /** Where images come from. @default the release's place */
  readonly images?: ImageSettings | undefined;
  /** @default "standard" */
  readonly size?: Size | undefined;
  /** @default "istio-system" */
  readonly namespace?: string | undefined;
  /** The name that namespaces carry while revisions come and go. @default "meshwright" */
  readonly tag?: string | undefined;
}

/** A control plane of somebody else: nothing of it is touched, and nothing mesh-wide is written. */
export type Existing = ExistingSettings;

export type ControlPlaneSpec = Install | Existing;

/** @example install({ release: releases["2026.11"], charts, size: "small" }) */
export const install = (spec: Omit<Install, "kind">): Install => ({ kind: "install", ...spec });

/** @example existing({ revision: "prod", version: "1.31.4", rootNamespace: "istio-system" }) */
export const existing = (spec: Omit<Existing, "kind">): Existing => ({ kind: "existing", ...spec });

export const namespaceOf = (spec: ControlPlaneSpec): string =>
  spec.kind === "existing" ? spec.rootNamespace : (spec.namespace ?? "istio-system");

/** What namespaces and gateways carry in `istio.io/rev`. */
export const revisionLabel = (spec: ControlPlaneSpec): string =>
  spec.kind === "existing" ? spec.revision : (spec.tag ?? "meshwright");

export const versionOf = (spec: ControlPlaneSpec): string =>
  spec.kind === "existing" ? spec.version : spec.release.istio.version;

export const checkCharts = (spec: ControlPlaneSpec): readonly Diagnostic[] =>
  spec.kind === "install" ? checkChartsOf(spec.release, spec.charts) : [];

export interface ControlPlaneArgs {
  readonly plane: ControlPlaneSpec;
  readonly trustDomain: string;
}

/**
 * Istio's control plane, in a namespace that is there already.
 *
 * @errors MW5115 charts of another release · MW5123 no provider
 * @engines istio charts `base`, `cni`, `istiod` through helm.v4.Chart
 */
export class ControlPlane extends ComponentResource {
  /** What namespaces and gateways carry in `istio.io/rev`. */
  readonly revision: string;
  readonly version: string;
  /** What lies in this namespace holds for the whole mesh. */
  readonly rootNamespace: string;
  /** Whether this stack may change it. */
  readonly owned: boolean;
  readonly charts: readonly helm.v4.Chart[];

  constructor(name: string, args: ControlPlaneArgs, options: ComponentResourceOptions = {}) {
    requireProvider("ControlPlane", options);
    const { plane } = args;
    refuseErrors(checkCharts(plane));
    const facts = {
      revision: revisionLabel(plane),
      version: versionOf(plane),
      rootNamespace: namespaceOf(plane),
      owned: plane.kind === "install",
    };
    super("meshwright:index:ControlPlane", name, facts, options);
    this.revision = facts.revision;
    this.version = facts.version;
    this.rootNamespace = facts.rootNamespace;
    this.owned = facts.owned;
    this.charts = plane.kind === "install" ? this.#install(name, plane, args, options) : [];
    this.registerOutputs(facts);
  }

  /** One after the other: each needs what the one before it brings. */
  #install(
    name: string,
    plane: Install,
    { trustDomain }: ControlPlaneArgs,
    options: ComponentResourceOptions,
  ): readonly helm.v4.Chart[] {
    const { replicas, controlPlane: resources, proxy } = sizes[plane.size ?? "standard"];
    const { version } = plane.release.istio;
    const images = imagePlace(plane.release.istio, plane.images ?? defaultImages);
    const installs = controlPlaneCharts({
      version,
      images,
      pullPolicy: images.pullPolicy,
      imageDigests: namedByDigest(images) ? plane.charts.images : {},
      namespace: this.rootNamespace,
      tag: this.revision,
      replicas,
      resources,
      proxy,
      trustDomain,
    });
    const charts: helm.v4.Chart[] = [];
    for (const one of installs)
      charts.push(createChart(name, one, plane.charts, childOptions(this, options, charts.slice(-1))));
    return charts;
  }
}
