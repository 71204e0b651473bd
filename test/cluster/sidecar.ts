/** A real sidecar or gateway: pilot-agent gets a certificate for the pod's account from istiod, and runs the stock Envoy on what istiod says. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { meshConfig } from "../../components/engines/istio/mesh-config.ts";
import { httpGet } from "./http-get.ts";
import type { Istiod } from "./istiod.ts";
import type { Kubernetes } from "./kubernetes.ts";
import type { Parts } from "./parts/find-parts.ts";
import { ISTIO } from "./parts/versions.ts";
import type { Pod } from "./pods.ts";
import { clusterPorts } from "./ports.ts";
import { type ProcessGroup, type Started, until } from "./process-group.ts";

export interface Sidecar {
  readonly pod: Pod;
  /** Who tells it what to do. */
  readonly istiod: Istiod;
  readonly started: Started;
  /** What Envoy's administration interface answers to a path. */
  admin(path: string): Promise<string>;
  stop(): Promise<void>;
}

export type SidecarParts = Parts<"pilot-agent" | "envoy" | "istio-bootstrap">;

export interface SidecarControl {
  readonly group: ProcessGroup;
  readonly parts: SidecarParts;
  readonly kubernetes: Kubernetes;
  readonly istiod: Istiod;
  readonly trustDomain: string;
  /** How traffic comes to the proxy. @default "NONE": nothing captures it, and listeners bind their ports (pods.ts) */
  readonly interception?: "NONE" | "REDIRECT";
}

/** A port can be taken between the choice and its use. */
const TRIES = 3;

export async function startSidecar(control: SidecarControl, pod: Pod, folder: string): Promise<Sidecar> {
  await writeFiles(control, pod, folder);
  for (let tries = 1; ; tries++) {
    try {
      return await startOnce(control, pod, folder);
    } catch (error) {
      if (tries === TRIES || !(error as Error).message.includes("ddress already in use")) throw error;
    }
  }
}

/** The agent's own server listens everywhere, so its port has to be a free one; the Envoy's have an address for themselves. */
async function startOnce(control: SidecarControl, pod: Pod, folder: string): Promise<Sidecar> {
  const { group, parts, istiod } = control;
  const [port = 0] = await clusterPorts(1);
  const role = pod.plays.kind === "gateway" ? "router" : "sidecar";
  const started = group.start(`${pod.name}-agent`, parts["pilot-agent"], ["proxy", role], {
    cwd: folder,
    env: { ...process.env, ...environmentOf(control, pod, port) },
  });
  const admin = async (path: string) => (await httpGet(ADMIN_PORT, path, pod.outbound)).body;
  await until(started, 30, async () => (await admin("/ready")).trim() === "LIVE");
  // The agent's child: it would outlive an agent that was killed.
  for (const child of await childrenOf(started.pid)) group.guard(child);
  return { pod, istiod, started, admin, stop: () => started.stop() };
}

const ADMIN_PORT = 15_000;

// --- the files of a pod --------------------------------------------------------------------------------------------

async function writeFiles({ parts, kubernetes, istiod }: SidecarControl, pod: Pod, folder: string): Promise<void> {
  const write = async (path: string, text: string) => {
    const file = join(folder, path);
    await mkdir(join(file, ".."), { recursive: true });
    await writeFile(file, text, { mode: 0o600 });
  };
  const labels = Object.entries(pod.labels).map(([key, value]) => `${key}=${JSON.stringify(value)}\n`);
  const template = await readFile(parts["istio-bootstrap"], "utf8");
  await write("etc/istio/pod/labels", labels.join(""));
  // Its ports for probes and statistics would be open to the network, and the same for all pods.
  await write("bootstrap.json", template.replace(/\{\{ \.(?:wildcard|localhost) \}\}/g, pod.outbound));
  await write("var/run/secrets/istio/root-cert.pem", await istiod.root());
  await write("var/run/secrets/tokens/istio-token", await tokenOf(kubernetes, pod));
}

/** What the kubelet asks for and mounts. */
async function tokenOf({ api }: Kubernetes, { namespace, serviceAccount }: Pod): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`;
  const answer = await api.send("POST", path, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: { audiences: ["istio-ca"], expirationSeconds: 3_600 },
  });
  if (answer.kind === "refused") throw new Error(`no token for ${serviceAccount}: ${answer.message}`);
  return (answer.body as unknown as { readonly status: { readonly token: string } }).status.token;
}

// --- its environment, as the injector writes it --------------------------------------------------------------------

function environmentOf(
  { parts, istiod, trustDomain, interception = "NONE" }: SidecarControl,
  pod: Pod,
  statusPort: number,
): Readonly<Record<string, string>> {
  return {
    POD_NAME: pod.name,
    POD_NAMESPACE: pod.namespace,
    SERVICE_ACCOUNT: pod.serviceAccount,
    INSTANCE_IP: pod.address,
    TRUST_DOMAIN: trustDomain,
    ISTIOD_SAN: "istiod.istio-system.svc",
    ISTIO_META_INTERCEPTION_MODE: interception,
    ISTIO_META_CLUSTER_ID: "Kubernetes",
    // Asking a cloud where we are takes seconds and leaves the machine.
    CLOUD_PLATFORM: "none",
    MINIMUM_DRAIN_DURATION: "0s",
    PROXY_CONFIG: JSON.stringify({
      ...meshConfig({ version: ISTIO, trustDomain }).defaultConfig,
      discoveryAddress: istiod.discovery,
      binaryPath: parts.envoy,
      proxyBootstrapTemplatePath: "bootstrap.json",
      proxyAdminPort: ADMIN_PORT,
      statusPort,
      concurrency: 1,
      terminationDrainDuration: "0s",
      drainDuration: "1s",
    }),
  };
}

/** Of all its threads, since any of them may have started one. */
async function childrenOf(pid: number): Promise<readonly number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const texts = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, "utf8").catch(() => "")),
  );
  return texts.flatMap((text) => text.split(" ").filter(Boolean).map(Number));
}
