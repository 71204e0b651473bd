/**
 * A Kubernetes API: etcd and the API server, on loopback. Objects are stored, checked and watched as in any cluster; nothing runs what
 * they describe, but where a node joins it.
 */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseAllDocuments } from "yaml";
import type { KubernetesObject } from "../../components/engines/kubernetes.ts";
import { createAuthority } from "../../components/local/certificates.ts";
import { type Access, ApiClient } from "./api-client.ts";
import type { Parts } from "./parts/find-parts.ts";
import { clusterPorts } from "./ports.ts";
import { type Starter, until } from "./process-group.ts";

export interface Kubernetes {
  readonly api: ApiClient;
  /** Path of a kubeconfig of the administrator. */
  readonly kubeconfig: string;
}

type Programs = Parts<"etcd" | "kube-apiserver">;

/** The node's own address, where nodes and their pods reach it. */
interface ForNodes {
  readonly address: string;
}

/** Whom a kubelet sees when the API server asks it: the certificate of the server says so. */
export const API_SERVER = "meshwright server";

export async function startKubernetes(group: Starter, programs: Programs, forNodes?: ForNodes): Promise<Kubernetes> {
  const [client = 0, peer = 0, port = 0] = await clusterPorts(3);
  startEtcd(group, programs.etcd, client, peer);
  const access = await writeFiles(group.directory, forNodes?.address ?? "localhost", port);
  const args = [
    ...apiServerArguments(group.directory, client, port),
    ...(forNodes === undefined ? WITHOUT_NODES : withNodes(forNodes, group.directory)),
  ];
  const server = group.start("kube-apiserver", programs["kube-apiserver"], args);
  const api = new ApiClient(access);
  await until(server, 60, async () => (await api.get("/readyz")).kind === "ok");
  return { api, kubeconfig: join(group.directory, "kubeconfig.json") };
}

const WITHOUT_NODES = [
  "--bind-address=127.0.0.1",
  "--authorization-mode=RBAC",
  // It would publish this machine's address as that of the service `kubernetes`.
  "--endpoint-reconciler-type=none",
  // No controller makes the default account of a namespace.
  "--disable-admission-plugins=ServiceAccount",
];

const withNodes = ({ address }: ForNodes, directory: string): readonly string[] => [
  "--bind-address=0.0.0.0",
  `--advertise-address=${address}`,
  "--authorization-mode=Node,RBAC",
  "--allow-privileged",
  "--kubelet-preferred-address-types=InternalIP",
  `--kubelet-client-certificate=${join(directory, "api.crt")}`,
  `--kubelet-client-key=${join(directory, "api.key")}`,
];

function startEtcd(group: Starter, program: string, client: number, peer: number): void {
  const url = `http://127.0.0.1:${client}`;
  const peerUrl = `http://127.0.0.1:${peer}`;
  group.start("etcd", program, [
    `--data-dir=${join(group.directory, "etcd")}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    // What is written here is worth nothing after the suite.
    "--unsafe-no-fsync",
    "--log-level=warn",
  ]);
}

function apiServerArguments(directory: string, etcd: number, port: number): readonly string[] {
  const file = (name: string) => join(directory, name);
  return [
    `--etcd-servers=http://127.0.0.1:${etcd}`,
    `--secure-port=${port}`,
    `--tls-cert-file=${file("api.crt")}`,
    `--tls-private-key-file=${file("api.key")}`,
    `--token-auth-file=${file("tokens.csv")}`,
    "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
    `--service-account-key-file=${file("accounts.pub")}`,
    `--service-account-signing-key-file=${file("accounts.key")}`,
    "--service-cluster-ip-range=10.96.0.0/12",
  ];
}

/** The server's names: where it listens, and what pods know it by. */
const namesOf = (host: string): readonly string[] => [host, "10.96.0.1", "kubernetes.default.svc"];

async function writeFiles(directory: string, host: string, port: number): Promise<Access> {
  const write = (name: string, text: string) => writeFile(join(directory, name), text, { mode: 0o600 });
  const authority = await createAuthority({ trustDomain: "api.test" });
  const { certificatePem, keyPem } = await authority.issueServer(namesOf(host));
  const token = randomBytes(16).toString("hex");
  const accounts = generateKeyPairSync("ec", { namedCurve: "P-256" });
  await write("api-ca.crt", authority.caPem);
  await write("api.crt", certificatePem);
  await write("api.key", keyPem);
  await write("tokens.csv", `${token},administrator,administrator,system:masters\n`);
  await write("accounts.key", accounts.privateKey.export({ type: "sec1", format: "pem" }).toString());
  await write("accounts.pub", accounts.publicKey.export({ type: "spki", format: "pem" }).toString());
  const access = { host, port, token, ca: authority.caPem };
  await write("kubeconfig.json", JSON.stringify(kubeconfigOf(access)));
  return access;
}

export const kubeconfigOf = ({ host, port, token, ca }: Access) => ({
  apiVersion: "v1",
  kind: "Config",
  clusters: [
    {
      name: "test",
      cluster: {
        server: `https://${host}:${port}`,
        "certificate-authority-data": Buffer.from(ca).toString("base64"),
      },
    },
  ],
  users: [{ name: "administrator", user: { token } }],
  contexts: [{ name: "test", context: { cluster: "test", user: "administrator" } }],
  "current-context": "test",
});

// --- what every suite begins with ----------------------------------------------------------------------------------

/** Applies objects in their order, and answers as what they were stored. @throws with the server's words for the first that it refuses */
export async function applyAll(
  api: ApiClient,
  objects: readonly KubernetesObject[],
): Promise<readonly KubernetesObject[]> {
  const stored: KubernetesObject[] = [];
  for (const object of objects) {
    const answer = await api.apply(object);
    if (answer.kind === "refused")
      throw new Error(`${object.kind} ${object.metadata.name}: ${answer.status} ${answer.message}`);
    stored.push(answer.body as unknown as KubernetesObject);
  }
  return stored;
}

/** The same, namespaces first and then all others at once: for objects that do not wait for each other. */
export async function applyTogether(
  api: ApiClient,
  objects: readonly KubernetesObject[],
): Promise<readonly KubernetesObject[]> {
  const isNamespace = ({ kind }: KubernetesObject) => kind === "Namespace";
  const namespaces = await applyAll(api, objects.filter(isNamespace));
  const others = objects.filter((object) => !isNamespace(object)).map((object) => applyAll(api, [object]));
  return [...namespaces, ...(await Promise.all(others)).flat()];
}

/** The schemas in these files, until the server has made kinds of them. */
export async function applyCrds(api: ApiClient, paths: readonly string[]): Promise<void> {
  const texts = await Promise.all(paths.map((path) => readFile(path, "utf8")));
  const objects = texts.flatMap((text) => parseAllDocuments(text).map((document): unknown => document.toJS()));
  const crds = objects.filter((object): object is KubernetesObject => object !== null && object !== undefined);
  await applyAll(api, crds);
  for (const { kind, metadata } of crds)
    if (kind === "CustomResourceDefinition") await untilEstablished(api, metadata.name);
  api.forgetKinds();
}

interface Condition {
  readonly type: string;
  readonly status: string;
}

async function untilEstablished(api: ApiClient, name: string): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(50)) {
    const answer = await api.get(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`);
    if (answer.kind === "refused") continue;
    const { status } = answer.body as unknown as { readonly status?: { readonly conditions?: readonly Condition[] } };
    if (status?.conditions?.some((one) => one.type === "Established" && one.status === "True")) return;
  }
  throw new Error(`${name} is not established after 30 s`);
}

export const namespace = (name: string): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name },
});
