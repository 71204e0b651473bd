/**
 * A real istiod on loopback, told what our own installation tells it: it watches the API server, signs certificates, and configures
 * every proxy that asks.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { istiodEnvironment, meshConfig } from "../../components/engines/istio/mesh-config.ts";
import type { Json, JsonObject } from "../../components/values/json.ts";
import type { ApiClient } from "./api-client.ts";
import { httpGet } from "./http-get.ts";
import { applyAll, type Kubernetes, namespace } from "./kubernetes.ts";
import type { Parts } from "./parts/find-parts.ts";
import { ISTIO } from "./parts/versions.ts";
import { clusterPorts } from "./ports.ts";
import { type ProcessGroup, type Started, until } from "./process-group.ts";

export interface Istiod {
  /** As that of its pod. */
  readonly name: string;
  readonly started: Started;
  /** Where proxies ask for their configuration and their certificates. */
  readonly discovery: string;
  /** The certificate that signs those of the mesh. */
  root(): Promise<string>;
  /** What its debug interface answers. */
  debug(path: string): Promise<Json>;
  /** What it counts, as Prometheus reads it. */
  metrics(): Promise<string>;
}

export const ROOT_NAMESPACE = "istio-system";

const ENVIRONMENT = {
  ...istiodEnvironment,
  POD_NAMESPACE: ROOT_NAMESPACE,
  // Filters that only Istio's own build of Envoy has.
  PILOT_ENABLE_METADATA_EXCHANGE: "false",
  PILOT_ENABLE_ALPN_FILTER: "false",
  // Tests change objects in bursts and then wait: the default waits 100 ms for the burst to end.
  PILOT_DEBOUNCE_AFTER: "20ms",
  PILOT_DEBOUNCE_MAX: "200ms",
};

interface Options {
  readonly trustDomain: string;
  /** What it says to proxies beside what our installation says. */
  readonly also?: JsonObject;
  /** Whose webhooks it keeps. @default those of no revision */
  readonly revision?: string;
  /** Several share an API server, and by it the certificate that signs. */
  readonly name?: string;
}

export async function startIstiod(
  group: ProcessGroup,
  { "pilot-discovery": program }: Parts<"pilot-discovery">,
  { api, kubeconfig }: Kubernetes,
  { trustDomain, also = {}, revision = "", name = "istiod" }: Options,
): Promise<Istiod> {
  await applyAll(api, [namespace(ROOT_NAMESPACE)]);
  const folder = join(group.directory, name);
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, "mesh.json"),
    JSON.stringify({ ...meshConfig({ version: ISTIO, trustDomain }), ...also }),
  );
  const [grpc = 0, secure = 0, http = 0, https = 0, monitoring = 0] = await clusterPorts(5);
  const args = ["discovery", `--kubeconfig=${kubeconfig}`, "--meshConfig=mesh.json", "--ctrlz_port=0"];
  const addresses = { grpcAddr: grpc, secureGRPCAddr: secure, httpAddr: http, httpsAddr: https };
  const listen = Object.entries({ ...addresses, monitoringAddr: monitoring });
  const started = group.start(
    name,
    program,
    [...args, ...listen.map(([flag, port]) => `--${flag}=127.0.0.1:${port}`)],
    {
      cwd: folder,
      env: { ...process.env, ...ENVIRONMENT, POD_NAME: name, REVISION: revision },
    },
  );
  await until(started, 60, async () => (await httpGet(http, "/ready")).status === 200);
  return {
    name,
    started,
    discovery: `localhost:${secure}`,
    root: () => rootOf(api),
    debug: async (path) => JSON.parse((await httpGet(http, path)).body) as Json,
    metrics: async () => (await httpGet(monitoring, "/metrics")).body,
  };
}

/** Where istiod writes it for pods to mount. */
async function rootOf(api: ApiClient): Promise<string> {
  const path = `/api/v1/namespaces/${ROOT_NAMESPACE}/configmaps/istio-ca-root-cert`;
  for (const end = Date.now() + 10_000; Date.now() < end; await sleep(50)) {
    const answer = await api.get(path);
    if (answer.kind === "ok") return (answer.body as unknown as ConfigMap).data["root-cert.pem"] ?? "";
  }
  throw new Error("istiod wrote no root certificate");
}

interface ConfigMap {
  readonly data: Readonly<Record<string, string>>;
}
