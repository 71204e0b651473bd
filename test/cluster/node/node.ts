/**
 * A Kubernetes cluster of one node: a real container runtime, the kubelet, the controllers, the scheduler, Services and names. All of it
 * lives in the namespaces of a NodeSpace and ends with them.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { KubernetesObject } from "../../../components/engines/kubernetes.ts";
import type { Json } from "../../../components/values/json.ts";
import { API_SERVER, applyAll, type Kubernetes, startKubernetes } from "../kubernetes.ts";
import type { Parts } from "../parts/find-parts.ts";
import { type ProcessGroup, until } from "../process-group.ts";
import { type Image, writeImages } from "./images.ts";
import { CNI_PLUGINS } from "./machine.ts";
import { NodeSpace } from "./node-space.ts";

export const NODE_PARTS = [
  ...["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"],
  ...["kubelet", "kube-proxy", "coredns"],
] as readonly NodePart[];

export type NodePart =
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kubelet"
  | "kube-proxy"
  | "coredns";

export interface NodeOptions {
  readonly images: readonly Image[];
  /** Below every image. */
  readonly base?: Image["files"];
}

const NAME = "node";
const RUNTIME = "/run/containerd/containerd.sock";
const AT_RUNTIME = ["--address", RUNTIME, "--namespace", "k8s.io"];
const PAUSE = "meshwright.test/pause:1";

export class Node {
  readonly kubernetes: Kubernetes;
  readonly space: NodeSpace;

  private constructor(kubernetes: Kubernetes, space: NodeSpace) {
    this.kubernetes = kubernetes;
    this.space = space;
  }

  static async start(group: ProcessGroup, parts: Parts<NodePart>, options: NodeOptions): Promise<Node> {
    const space = await NodeSpace.create(group);
    const [kubernetes] = await Promise.all([startKubernetes(space, parts, space), startRuntime(space, options)]);
    await startControllers(space, parts, kubernetes);
    await startNames(space, parts.coredns, kubernetes);
    await startKubelet(space, parts.kubelet, kubernetes);
    return new Node(kubernetes, space);
  }

  /** What `spawn` takes to run a program in a container of a pod that runs, as `kubectl exec -i` does. */
  command(container: string, ...args: readonly string[]): readonly [string, readonly string[]] {
    return this.space.command(...inContainer(container, args));
  }

  /** What a program in a container says. @throws with what it says of its failure */
  output(container: string, ...args: readonly string[]): Promise<string> {
    return this.space.run(...inContainer(container, args));
  }

  /** After the group has stopped. */
  forget(): void {
    this.space.forget();
  }
}

let execs = 0;

const inContainer = (container: string, args: readonly string[]) =>
  ["ctr", ...AT_RUNTIME, "tasks", "exec", "--exec-id", `suite-${execs++}`, container, ...args] as const;

// --- the container runtime -----------------------------------------------------------------------------------------

async function startRuntime(space: NodeSpace, { images, base = {} }: NodeOptions): Promise<void> {
  const folder = join(space.directory, "containerd");
  await mkdir(folder);
  await writeFile(join(folder, "config.toml"), runtimeConfig(folder));
  await writeNetwork(space);
  const archive = writeImages(join(space.directory, "images"), [pause, ...images], base);
  const runtime = space.start("containerd", "containerd", [`--config=${join(folder, "config.toml")}`]);
  await until(runtime, 30, async () => (await space.run("ctr", ...AT_RUNTIME, "version")) !== "");
  await space.run("ctr", ...AT_RUNTIME, "images", "import", await archive);
}

/** It holds a pod's namespaces and does nothing. */
const pause: Image = {
  name: PAUSE,
  files: { "/usr/bin/sleep": "/usr/bin/sleep" },
  config: { Entrypoint: ["/usr/bin/sleep", "infinity"] },
};

const runtimeConfig = (folder: string): string => `version = 2
root = "${folder}/root"
state = "/run/containerd/state"
[grpc]
  address = "${RUNTIME}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE}"
  # A machine may not let processes protect themselves better than it is protected itself.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/opt/cni/bin"
    conf_dir = "/etc/cni/net.d"
`;

/** \`ptp\`: behind a bridge, the answers of a Service on the same node would miss the translation of its address. */
async function writeNetwork(space: NodeSpace): Promise<void> {
  const network = {
    cniVersion: "0.4.0",
    name: "pods",
    plugins: [
      { type: "ptp", ipam: { type: "host-local", subnet: space.pods, routes: [{ dst: "0.0.0.0/0" }] } },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  };
  const file = join(space.directory, "network.json");
  await writeFile(file, JSON.stringify(network));
  await space.run("mkdir", "-p", "/etc/cni/net.d", "/opt/cni");
  await space.run("cp", "-r", CNI_PLUGINS, "/opt/cni/bin");
  await space.run("cp", file, "/etc/cni/net.d/10-pods.conflist");
}

// --- Kubernetes ----------------------------------------------------------------------------------------------------

async function startControllers(space: NodeSpace, parts: Parts<NodePart>, { kubeconfig }: Kubernetes): Promise<void> {
  const file = (name: string) => join(space.directory, name);
  const common = [`--kubeconfig=${kubeconfig}`, "--leader-elect=false"];
  space.start("kube-controller-manager", parts["kube-controller-manager"], [
    ...common,
    `--service-account-private-key-file=${file("accounts.key")}`,
    `--root-ca-file=${file("api-ca.crt")}`,
  ]);
  space.start("kube-scheduler", parts["kube-scheduler"], common);
  const services = { mode: "iptables", conntrack: { maxPerCore: 0 }, oomScoreAdj: 0, hostnameOverride: NAME };
  const config = await writeConfig(
    file("kube-proxy.json"),
    "kubeproxy.config.k8s.io/v1alpha1",
    "KubeProxyConfiguration",
    {
      ...services,
      clusterCIDR: space.pods,
      clientConnection: { kubeconfig },
    },
  );
  space.start("kube-proxy", parts["kube-proxy"], [`--config=${config}`]);
}

/** What every installer grants the API server, so that it can forward a port of a pod. */
const apiServerAtNodes: KubernetesObject = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRoleBinding",
  metadata: { name: "api-server-at-nodes" },
  subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: API_SERVER }],
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:kubelet-api-admin" },
};

async function startKubelet(space: NodeSpace, program: string, { api, kubeconfig }: Kubernetes): Promise<void> {
  const file = (name: string) => join(space.directory, name);
  await applyAll(api, [apiServerAtNodes]);
  await writeFile(file("resolv.conf"), `nameserver ${space.address}\n`);
  const config = await writeConfig(file("kubelet.json"), "kubelet.config.k8s.io/v1beta1", "KubeletConfiguration", {
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: file("api-ca.crt") },
    },
    authorization: { mode: "Webhook" },
    containerRuntimeEndpoint: `unix://${RUNTIME}`,
    cgroupDriver: "cgroupfs",
    cgroupRoot: `/${space.cgroup}`,
    clusterDNS: [space.address],
    clusterDomain: "cluster.local",
    resolvConf: file("resolv.conf"),
    volumePluginDir: file("volume-plugins"),
    // What a machine for tests is: without systemd, perhaps with the older cgroups, and never to be filled by pods.
    failCgroupV1: false,
    failSwapOn: false,
    enforceNodeAllocatable: [],
    evictionHard: {},
    localStorageCapacityIsolation: false,
    oomScoreAdj: 0,
    // Pods start at once, and a pod that failed is tried again soon.
    registryPullQPS: 0,
    kubeAPIQPS: 100,
    kubeAPIBurst: 200,
    crashLoopBackOff: { maxContainerRestartPeriod: "2s" },
  });
  const kubelet = space.start("kubelet", program, [
    `--config=${config}`,
    `--kubeconfig=${kubeconfig}`,
    `--hostname-override=${NAME}`,
    `--node-ip=${space.address}`,
    `--root-dir=${file("kubelet")}`,
    `--cert-dir=${file("kubelet-certificates")}`,
  ]);
  await until(kubelet, 60, async () => {
    const answer = await api.get(`/api/v1/nodes/${NAME}`);
    return answer.kind === "ok" && isReady(answer.body);
  });
}

interface WithConditions {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

export const isReady = (object: Json): boolean =>
  (object as unknown as WithConditions).status?.conditions?.some(
    ({ type, status }) => type === "Ready" && status === "True",
  ) ?? false;

/** Names of Services; every other name is that of a host outside, which is this machine. */
async function startNames(space: NodeSpace, program: string, { kubeconfig }: Kubernetes): Promise<void> {
  const file = join(space.directory, "Corefile");
  await writeFile(
    file,
    `cluster.local:53 {
  bind ${space.address}
  kubernetes cluster.local {
    kubeconfig ${kubeconfig}
  }
}
.:53 {
  bind ${space.address}
  template IN A . {
    answer "{{ .Name }} 5 IN A ${space.outside}"
  }
  template IN AAAA . {
    rcode NOERROR
  }
}
`,
  );
  space.start("coredns", program, [`-conf=${file}`]);
}

async function writeConfig(path: string, apiVersion: string, kind: string, rest: object): Promise<string> {
  await writeFile(path, JSON.stringify({ apiVersion, kind, ...rest }));
  return path;
}
