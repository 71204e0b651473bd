/** From an object of the API server to what a preflight asks of it. Everything else of the object is dropped here. */
import { SCOPE_GATEWAYS } from "../engines/istio/mesh-config.ts";
import { isDryRun } from "../engines/istio/ownership.ts";
import type { Labels } from "../engines/istio/workloads.ts";
import type {
  SeenControlPlane,
  SeenInjector,
  SeenObject,
  SeenService,
  SeenServicePort,
} from "../preflight/snapshot.ts";
import type { Raw } from "./reading.ts";

export const labelsOf = ({ metadata }: Raw): Labels => metadata.labels ?? {};

const REVISION = "istio.io/rev";

export const seenControlPlane = (raw: Raw): SeenControlPlane => ({
  namespace: raw.metadata.namespace ?? "",
  name: raw.metadata.name,
  labels: labelsOf(raw),
  revision: labelsOf(raw)[REVISION] ?? "default",
  version: versionOf(raw),
  scopesGateways: scopesGateways(raw) || undefined,
});

interface PodOwner {
  readonly template?: { readonly spec?: { readonly containers?: readonly Container[] } };
}

interface Container {
  readonly name: string;
  readonly image?: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

function discoveryOf({ spec }: Raw): Container | undefined {
  const containers = (spec as PodOwner | undefined)?.template?.spec?.containers ?? [];
  return containers.find(({ name }) => name === "discovery") ?? containers[0];
}

/** `pilot:1.31.4-distroless@sha256:…` says 1.31.4-distroless; a digest alone says nothing. */
function versionOf(raw: Raw): string | undefined {
  const [tagged = ""] = (discoveryOf(raw)?.image ?? "").split("@");
  return /:(\w[\w.-]*)$/.exec(tagged)?.[1];
}

/** Go's spellings of yes. */
const YES: readonly (string | undefined)[] = ["1", "t", "T", "true", "TRUE", "True"];

const scopesGateways = (raw: Raw): boolean =>
  (discoveryOf(raw)?.env ?? []).some(({ name, value }) => name === SCOPE_GATEWAYS && YES.includes(value));

export const seenInjector = (raw: Raw): SeenInjector => ({
  name: raw.metadata.name,
  labels: labelsOf(raw),
  revision: labelsOf(raw)[REVISION] ?? "default",
  tag: labelsOf(raw)["istio.io/tag"],
});

interface IstioSpec {
  readonly hosts?: readonly string[];
  readonly host?: string;
  readonly gateways?: readonly string[];
  readonly exportTo?: readonly string[];
  /** A Gateway has the labels themselves. */
  readonly selector?: { readonly matchLabels?: Labels } | Labels;
  readonly workloadSelector?: { readonly labels?: Labels };
}

/** Only of these a host is compared: others name hosts that they listen to, or that they may see. */
const RULES: readonly string[] = ["VirtualService", "DestinationRule"];

export function seenObject(kind: string, raw: Raw): SeenObject {
  const { hosts, host, gateways, exportTo, selector, workloadSelector } = (raw.spec ?? {}) as IstioSpec;
  const isRule = RULES.includes(kind);
  return {
    kind,
    namespace: raw.metadata.namespace ?? "",
    name: raw.metadata.name,
    labels: labelsOf(raw),
    hosts: isRule ? (hosts ?? (host === undefined ? [] : [host])) : undefined,
    gateways: isRule ? filled(gateways) : undefined,
    exportTo: isRule ? filled(exportTo) : undefined,
    selector: kind === "Gateway" ? (selector as Labels | undefined) : (matchedBy(selector) ?? workloadSelector?.labels),
    dryRun: isDryRun(raw.metadata) || undefined,
  };
}

const matchedBy = (selector: IstioSpec["selector"]): Labels | undefined => selector?.matchLabels as Labels | undefined;

/** An empty list means to Istio what none means. */
const filled = (list: readonly string[] | undefined): readonly string[] | undefined =>
  list === undefined || list.length === 0 ? undefined : list;

interface ServiceSpec {
  readonly selector?: Labels;
  readonly ports?: readonly {
    readonly port: number;
    readonly targetPort?: number | string;
    readonly name?: string;
    readonly appProtocol?: string;
  }[];
}

export function seenService(raw: Raw): SeenService {
  const { selector = {}, ports = [] } = (raw.spec ?? {}) as ServiceSpec;
  return {
    namespace: raw.metadata.namespace ?? "",
    name: raw.metadata.name,
    selector,
    ports: ports.map(
      ({ port, targetPort = port, name, appProtocol }): SeenServicePort => ({
        number: port,
        target: targetPort,
        name,
        appProtocol,
      }),
    ),
  };
}
