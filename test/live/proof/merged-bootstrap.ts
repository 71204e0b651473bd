/**
 * The proxies of many meshes as one Envoy. What they say is what was rendered; only names get a prefix, since they must differ in one
 * process, secrets are put in, a split takes its draw from a header where there is one, workloads are told what an audit decided, and what a test
 * does not ask (metrics, statistics, limits of the process) is left out.
 */
import { type ConfigFile, fileText } from "../../../components/engines/envoy/block.ts";
import type { RenderedProxy } from "../../../components/engines/envoy/render.ts";
import type { Json, JsonObject } from "../../../components/values/json.ts";
import { staticBootstrap } from "../../envoy/static-bootstrap.ts";
import { AUDIT_HEADER, DRAW_HEADER } from "./observations.ts";

export interface MergedProxy {
  readonly prefix: string;
  readonly proxy: RenderedProxy;
  /** What the secret of this name holds. */
  secret(name: string): JsonObject;
}

type Named = JsonObject & { readonly name: string };
interface Resources {
  readonly listeners: readonly Named[];
  readonly clusters: readonly Named[];
  readonly secrets: readonly Named[];
}

/** What else shall stand in the place of a field, as `JSON.stringify` asks for it; for tests that take a protection away. */
export type Alter = (key: string, value: unknown) => unknown;

/** The resources of one mesh, each kind as the text of a list without its brackets. */
export type ResourceTexts = { readonly [K in keyof Resources]: string };

export function resourceTexts(proxies: readonly MergedProxy[], alter?: Alter): ResourceTexts {
  const all = proxies.map(resourcesOf);
  const flat = (kind: keyof Resources) => all.flatMap((one) => one[kind]);
  const text = (kind: keyof Resources) => JSON.stringify(flat(kind), alter).slice(1, -1);
  return { listeners: text("listeners"), clusters: text("clusters"), secrets: text("secrets") };
}

export function mergedBootstrap(meshes: readonly ResourceTexts[]): string {
  const list = (kind: keyof Resources) =>
    meshes
      .map((one) => one[kind])
      .filter((text) => text !== "")
      .join(",");
  const rest = JSON.stringify(PROCESS).slice(1, -1);
  return `{${rest},"static_resources":{"listeners":[${list("listeners")}],"clusters":[${list("clusters")}],"secrets":[${list("secrets")}]}}`;
}

const PROCESS: JsonObject = {
  node: { id: "proof", cluster: "proof" },
  admin: { address: { pipe: { path: "admin.sock", mode: 0o600 } } },
  stats_config: { stats_matcher: { reject_all: true } },
};

function resourcesOf({ prefix, proxy, secret }: MergedProxy): Resources {
  const { static_resources } = staticBootstrap({ files: neededOf(proxy) }) as unknown as {
    readonly static_resources: Resources;
  };
  const { listeners, clusters, secrets } = static_resources;
  const named = (name: string) => `${prefix}${name}`;
  return {
    listeners: listeners
      .filter(({ name }) => name !== "metrics")
      .map((listener) => ({ ...(renamed(listener, named) as Named), name: named(listener.name) })),
    clusters: clusters
      .filter(({ name }) => name !== "admin")
      .map((cluster) => ({ ...(renamed(cluster, named) as Named), name: named(cluster.name) })),
    secrets: secrets.map(({ name }) => ({ name: named(name), ...secret(name) })),
  };
}

/** A gateway that calls nobody has an identity that nothing names. */
function neededOf({ files }: RenderedProxy): readonly ConfigFile[] {
  const texts = files.filter(({ path }) => !path.startsWith("sds/")).map(fileText);
  return files.filter(({ path }) => !path.startsWith("sds/") || texts.some((text) => text.includes(path)));
}

/** With every mention of a cluster or a secret renamed. */
function renamed(value: Json, named: (name: string) => string): Json {
  if (Array.isArray(value)) return value.map((item: Json) => renamed(item, named));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value.name === TO_WORKLOAD ? { ...value, request_headers_to_add: [AUDITED] } : value).map(
      ([key, child]) => [key, REFERENCES.get(key)?.(child, named) ?? renamed(child as Json, named)],
    ),
  );
}

/** The route of an inbound port. */
const TO_WORKLOAD = "workload";

const metadata = (key: string) => `%DYNAMIC_METADATA(envoy.filters.http.rbac:${key})%`;

/** The results of both filters, and what denies; of what is not there nothing follows. */
const AUDITED: Json = {
  header: {
    key: AUDIT_HEADER,
    value: `deny=${metadata("deny.shadow_engine_result")} allow=${metadata("allow.shadow_engine_result")} by=${metadata("deny.shadow_effective_policy_id")}`,
  },
};

type Rename = (value: Json | undefined, named: (name: string) => string) => Json | undefined;

const text: Rename = (value, named) => (typeof value === "string" ? named(value) : undefined);
const nameIn: Rename = (value, named) => (isObject(value) ? { ...value, name: named(String(value.name)) } : undefined);
const namesIn: Rename = (value, named) =>
  Array.isArray(value) ? value.map((item: Json) => nameIn(item, named) ?? item) : undefined;

/** Where names of clusters and secrets stand. */
const REFERENCES: ReadonlyMap<string, Rename> = new Map([
  ["cluster", text],
  ["cluster_name", text],
  [
    "weighted_clusters",
    (value, named) =>
      isObject(value)
        ? { ...value, clusters: namesIn(value.clusters, named) ?? [], header_name: DRAW_HEADER }
        : undefined,
  ],
  ["tls_certificate_sds_secret_configs", namesIn],
  ["validation_context_sds_secret_config", nameIn],
]);

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
