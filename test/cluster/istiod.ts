/** A real istiod on loopback: it watches the API server, signs certificates, and configures every proxy that asks. */
import { mkdir, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { freePorts } from "../../components/local/ports.ts";
import type { Json } from "../../components/values/json.ts";
import { applyAll, type Kubernetes, namespace } from "./kubernetes.ts";
import type { Parts } from "./parts/find-parts.ts";
import { type ProcessGroup, type Started, until } from "./process-group.ts";

export interface Istiod {
  readonly started: Started;
  /** Where proxies ask for their configuration and their certificates. */
  readonly discovery: string;
  /** What its debug interface answers. */
  debug(path: string): Promise<Json>;
}

export const ROOT_NAMESPACE = "istio-system";

const ENVIRONMENT = {
  POD_NAMESPACE: ROOT_NAMESPACE,
  POD_NAME: "istiod-test",
  // Filters that only Istio's own build of Envoy has.
  PILOT_ENABLE_METADATA_EXCHANGE: "false",
  PILOT_ENABLE_ALPN_FILTER: "false",
  // Tests change objects in bursts and then wait: the default waits 100 ms for the burst to end.
  PILOT_DEBOUNCE_AFTER: "20ms",
  PILOT_DEBOUNCE_MAX: "200ms",
};

interface Options {
  readonly trustDomain: string;
}

export async function startIstiod(
  group: ProcessGroup,
  { "pilot-discovery": program }: Parts<"pilot-discovery">,
  { api, kubeconfig }: Kubernetes,
  { trustDomain }: Options,
): Promise<Istiod> {
  await applyAll(api, [namespace(ROOT_NAMESPACE)]);
  const folder = join(group.directory, "istiod");
  await mkdir(folder);
  await writeFile(join(folder, "mesh.json"), JSON.stringify(meshConfig(trustDomain)));
  const [grpc = 0, secure = 0, http = 0, https = 0, monitoring = 0] = await freePorts(5);
  const args = ["discovery", `--kubeconfig=${kubeconfig}`, "--meshConfig=mesh.json", "--ctrlz_port=0"];
  const addresses = { grpcAddr: grpc, secureGRPCAddr: secure, httpAddr: http, httpsAddr: https };
  const listen = Object.entries({ ...addresses, monitoringAddr: monitoring });
  const started = group.start(
    "istiod",
    program,
    [...args, ...listen.map(([flag, port]) => `--${flag}=127.0.0.1:${port}`)],
    {
      cwd: folder,
      env: { ...process.env, ...ENVIRONMENT },
    },
  );
  await until(started, 60, async () => (await get(http, "/ready")).status === 200);
  return {
    started,
    discovery: `localhost:${secure}`,
    debug: async (path) => JSON.parse((await get(http, path)).body) as Json,
  };
}

/** What our own installation sets. */
const meshConfig = (trustDomain: string) => ({
  trustDomain,
  outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
  pathNormalization: { normalization: "MERGE_SLASHES" },
  accessLogFile: "",
});

function get(port: number, path: string): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, timeout: 5_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
      response.on("error", reject);
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer")));
    asked.on("error", reject);
    asked.end();
  });
}
