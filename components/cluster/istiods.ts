/**
 * What the istiods of a cluster say of themselves and of the proxies that are connected to them, on the port that `istioctl` asks, too.
 * Whoever comes by way of the pod is asked for no token there.
 *
 * @source istio 1.31 pilot/pkg/xds/debug.go (allowAuthenticatedOrLocalhost, Syncz, adsz, configz), monitoring.go, read 2026-11
 */
import { type Milliseconds, parseDuration } from "../values/duration.ts";
import type { Answer, KubernetesApi } from "./kubernetes-api.ts";

/** An object of Istio as it is stored: another one may have had its name before. */
export interface StoredObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Grows with every change of what it says. */
  readonly generation: number;
}

/** What istiod has sent to a proxy of one kind, and what the proxy has taken. */
export interface Sync {
  readonly kind: "clusters" | "listeners" | "routes" | "endpoints";
  readonly sent: string;
  readonly acked: string;
  /** Why the proxy refused what it was sent last. */
  readonly error: string;
}

/** One connection of a proxy. */
export interface Connected {
  /** As `pod.namespace`. */
  readonly proxy: string;
  readonly syncs: readonly Sync[];
}

/** Since it started. */
export interface Counts {
  /** Changes that it heard of. */
  readonly updates: number;
  /** How often it has begun to send. */
  readonly pushes: number;
}

export interface Istiod {
  readonly name: string;
  /** How long nothing must change until it sends what has changed. */
  readonly gathers: Milliseconds;
  objects(): Promise<readonly StoredObject[]>;
  counts(): Promise<Counts>;
  connected(): Promise<readonly Connected[]>;
  /** The clusters whose endpoints each proxy follows: those that it has, or is about to have. */
  followed(): Promise<readonly Followed[]>;
}

export interface Followed {
  readonly proxy: string;
  /** As `outbound|9080|v1|reviews.shop.svc.cluster.local`. */
  readonly clusters: readonly string[];
}

/** Nobody answers, or nobody may ask. */
export class Unanswered extends Error {
  /** Whether it is of no use to ask again. */
  readonly final: boolean;

  constructor(message: string, final: boolean) {
    super(message);
    this.final = final;
  }
}

const FORBIDDEN = 403;
/** `monitoringAddr`, which serves the debug interface, too. */
const PORT = 15_014;

interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly containers: readonly Container[] };
  readonly status: PodStatus;
}

interface Container {
  readonly name: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

interface PodStatus {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
}

interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
}

/**
 * All that are ready, of every revision: a proxy stays with the one that it was injected by until it restarts, and follows the same routes.
 *
 * @throws Unanswered
 */
export async function istiodsIn(api: KubernetesApi, namespace: string): Promise<readonly Istiod[]> {
  const ready = (await podsIn(api, namespace, "?labelSelector=app%3Distiod")).filter(
    ({ status: { conditions = [] } }) => conditions.some(({ type, status }) => type === "Ready" && status === "True"),
  );
  if (ready.length === 0) throw new Unanswered(`no pod of istiod is ready in ${namespace}`, false);
  return ready.map((pod) => istiodOf(api, namespace, pod));
}

/** Pods with a proxy that runs, as `pod.namespace`. @throws Unanswered */
export async function proxiesIn(api: KubernetesApi, namespace: string): Promise<readonly string[]> {
  const pods = await podsIn(api, namespace);
  return pods
    .filter(({ status: { containerStatuses = [], initContainerStatuses = [] } }) =>
      [...containerStatuses, ...initContainerStatuses].some(({ name, ready }) => name === "istio-proxy" && ready),
    )
    .map(({ metadata: { name } }) => `${name}.${namespace}`);
}

/** What ends takes no more part in anything. */
async function podsIn(api: KubernetesApi, namespace: string, query = ""): Promise<readonly Pod[]> {
  const answer = await api.get(`/api/v1/namespaces/${namespace}/pods${query}`);
  const { items } = bodyOf<{ readonly items: readonly Pod[] }>(
    answer,
    `pods of ${namespace}`,
    `list pods in ${namespace}`,
  );
  return items.filter(({ metadata: { deletionTimestamp } }) => deletionTimestamp === undefined);
}

function istiodOf(api: KubernetesApi, namespace: string, { metadata: { name }, spec }: Pod): Istiod {
  const right = `get and create pods/portforward in ${namespace}`;
  const textOf = async (path: string): Promise<string> =>
    bodyOf(await api.getOfPod({ namespace, name, port: PORT }, path), name, right);
  const debug = async <T>(path: string): Promise<T> => jsonIn<T>(await textOf(`/debug/${path}`), name);
  return {
    name,
    gathers: gathersOf(spec.containers),
    objects: async () => (await debug<readonly Config[] | null>("configz"))?.map(storedOf) ?? [],
    counts: async () => countsIn(await textOf("/metrics")),
    connected: async () => (await debug<readonly Syncz[] | null>("syncz"))?.map(connectedOf) ?? [],
    followed: async () => (await debug<Adsz>("adsz")).clients?.map(followedOf) ?? [],
  };
}

/** An istiod without its debug interface answers with a page. */
function jsonIn<T>(text: string, istiod: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Unanswered(`${istiod} does not say what its proxies have`, true);
  }
}

/** What may not be asked once may not be asked again. */
function bodyOf<T>(answer: Answer, asked: string, right: string): T {
  if (answer.kind === "ok") return answer.body as T;
  if (answer.status === FORBIDDEN) throw new Unanswered(`you may not ${right}`, true);
  throw new Unanswered(`${asked}: ${answer.message}`, false);
}

// --- what it is ----------------------------------------------------------------------------------------------------

/** @source istio 1.31 pilot/pkg/features/tuning.go */
const GATHERS = 100 as Milliseconds;

const gathersOf = (containers: readonly Container[]): Milliseconds => {
  const said = containers.flatMap(({ env = [] }) => env).find(({ name }) => name === "PILOT_DEBOUNCE_AFTER")?.value;
  return parseDuration(said ?? "") ?? GATHERS;
};

// --- what it answers -----------------------------------------------------------------------------------------------

interface Config {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly generation?: number;
  };
}

const storedOf = ({ kind, metadata: { name, namespace = "", uid = "", generation = 0 } }: Config): StoredObject => ({
  kind,
  namespace,
  name,
  uid,
  generation,
});

/** Of OpenMetrics' text: the lines of these two, whatever their labels. */
const countsIn = (metrics: string): Counts => ({
  updates: sumOf(metrics, /^pilot_inbound_updates\{[^}]*type="config"[^}]*\} (\S+)$/gm),
  pushes: sumOf(metrics, /^pilot_debounce_time_count(?:\{[^}]*\})? (\S+)$/gm),
});

const sumOf = (text: string, line: RegExp): number =>
  [...text.matchAll(line)].reduce((sum, [, count]) => sum + Number(count), 0);

interface Syncz {
  readonly proxy: string;
  readonly resources?: Readonly<Record<string, { readonly lastError?: string }>>;
  readonly [nonce: string]: unknown;
}

const TYPES = {
  clusters: ["cluster", "type.googleapis.com/envoy.config.cluster.v3.Cluster"],
  listeners: ["listener", "type.googleapis.com/envoy.config.listener.v3.Listener"],
  routes: ["route", "type.googleapis.com/envoy.config.route.v3.RouteConfiguration"],
  endpoints: ["endpoint", "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment"],
} as const;

const connectedOf = (said: Syncz): Connected => ({
  proxy: said.proxy,
  syncs: Object.entries(TYPES).map(([kind, [field, type]]) => ({
    kind: kind as Sync["kind"],
    sent: textIn(said[`${field}_sent`]),
    acked: textIn(said[`${field}_acked`]),
    error: said.resources?.[type]?.lastError ?? "",
  })),
});

const textIn = (value: unknown): string => (typeof value === "string" ? value : "");

interface Adsz {
  readonly clients?: readonly {
    /** The proxy and the number of its connection. */
    readonly connectionId: string;
    readonly watches?: Readonly<Record<string, readonly string[] | null>>;
  }[];
}

const followedOf = ({ connectionId, watches = {} }: NonNullable<Adsz["clients"]>[number]): Followed => ({
  proxy: connectionId.replace(/-\d+$/, ""),
  clusters: watches[TYPES.endpoints[1]] ?? [],
});
