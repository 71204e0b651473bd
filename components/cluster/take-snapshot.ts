/**
 * A snapshot of a cluster: everything that a preflight asks about, read once. Writes nothing; of secrets it learns only whether they are
 * there, of pods neither environment nor commands. What may not be read is named in the snapshot.
 */
import { parse } from "yaml";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { gatewayLabels } from "../engines/istio/gateways.ts";
import { kindOrder } from "../engines/istio/order.ts";
import type { GatewayIr } from "../ir/mesh-ir.ts";
import { CONTROL_PLANES, INJECTORS, injectorOf } from "../preflight/check-control-plane.ts";
import type { Questions } from "../preflight/questions.ts";
import type { ClusterSnapshot, SeenInjector, SeenNamespace, SeenObject, SeenWorkload } from "../preflight/snapshot.ts";
import { distinct, sortedBy } from "../values/order.ts";
import { type Answer, type KubernetesApi, unreachable } from "./kubernetes-api.ts";
import { readRights } from "./read-rights.ts";
import { Reading } from "./reading.ts";
import { labelsOf, seenControlPlane, seenInjector, seenObject, seenService } from "./seen-objects.ts";
import { seenWorkloads } from "./seen-workloads.ts";

export type TakenSnapshot =
  | { readonly kind: "taken"; readonly snapshot: ClusterSnapshot }
  | { readonly kind: "refused"; readonly diagnostic: Diagnostic };

export async function takeSnapshot(api: KubernetesApi, questions: Questions): Promise<TakenSnapshot> {
  const version = await api.get("/version");
  if (version.kind === "refused") return { kind: "refused", diagnostic: unreachable(api.name, reasonOf(version)) };
  const reading = new Reading(api);
  const [home, gatewayApi, rights, namespaces, secrets, controlPlanes, injectors, served, gatewayProxies, local] =
    await Promise.all([
      reading.one("the namespace kube-system", "/api/v1/namespaces/kube-system", { metadataOnly: true }),
      reading.one("the CRDs of the Gateway API", GATEWAY_CRD, { metadataOnly: true }),
      readRights(reading, questions.rights),
      readNamespaces(reading, questions.namespaces),
      readSecrets(reading, questions.secrets),
      reading.all(CONTROL_PLANES, "/apis/apps/v1/deployments?labelSelector=app%3Distiod"),
      reading.all(INJECTORS, `${WEBHOOKS}?labelSelector=istio.io%2Frev`),
      readServed(reading),
      readGatewayProxies(reading, questions.gateways),
      Promise.all(questions.namespaces.map((namespace) => readNamespace(reading, namespace))),
    ]);
  const [objects, claims] = await Promise.all([
    readObjects(reading, served, questions),
    withTrustDomain(reading, injectors.map(seenInjector), questions),
  ]);
  const { gitVersion } = version.body as { readonly gitVersion?: string };
  const snapshot: ClusterSnapshot = {
    schema: 1,
    uid: home?.metadata.uid,
    kubernetes: gitVersion ?? "unknown",
    kinds: served.map(({ version: at, kind }) => `${at} ${kind}`).sort(),
    gatewayApi: gatewayApi?.metadata.annotations?.["gateway.networking.k8s.io/bundle-version"],
    rights,
    namespaces,
    secrets,
    controlPlanes: sortedBy(controlPlanes.map(seenControlPlane), nameOf),
    injectors: sortedBy(claims, ({ name }) => name),
    objects: sortedBy(objects, nameOf),
    services: sortedBy(
      local.flatMap(({ services }) => services),
      nameOf,
    ),
    workloads: sortedBy(
      local.flatMap(({ workloads }) => workloads),
      nameOf,
    ),
    gatewayProxies: sortedBy(gatewayProxies, nameOf),
    unread: reading.unread,
  };
  return { kind: "taken", snapshot };
}

const GATEWAY_CRD = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gateways.gateway.networking.k8s.io";
const WEBHOOKS = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
const UNAUTHORIZED = 401;

const reasonOf = ({ status, message }: Extract<Answer, { readonly kind: "refused" }>): string =>
  status === UNAUTHORIZED ? "it does not accept the credentials of the kubeconfig" : message;

const nameOf = ({ kind = "", namespace, name }: { readonly kind?: string; namespace: string; name: string }): string =>
  `${namespace}/${name}/${kind}`;

// --- somebody else's control plane ---------------------------------------------------------------------------------

/** What istiod takes where nobody says anything. */
const TRUST_DOMAIN = "cluster.local";

/** That of the one which serves the mesh, from the mesh config of its revision: a ConfigMap in the root namespace. */
async function withTrustDomain(
  reading: Reading,
  injectors: readonly SeenInjector[],
  { revision: wanted, rootNamespace }: Questions,
): Promise<readonly SeenInjector[]> {
  const serving = wanted === undefined ? undefined : injectorOf(injectors, { revision: wanted });
  if (serving === undefined) return injectors;
  const name = serving.revision === "default" ? "istio" : `istio-${serving.revision}`;
  const path = `/api/v1/namespaces/${rootNamespace}/configmaps/${name}`;
  const config = (await reading.one(`the ConfigMap ${rootNamespace}/${name}`, path)) as MeshConfigMap | undefined;
  const trustDomain = config?.data?.mesh === undefined ? undefined : trustDomainIn(config.data.mesh);
  return injectors.map((one) => (one === serving ? { ...one, trustDomain } : one));
}

interface MeshConfigMap {
  readonly data?: { readonly mesh?: string };
}

/** Absent where somebody has broken it. */
function trustDomainIn(text: string): string | undefined {
  try {
    const { trustDomain = TRUST_DOMAIN } = (parse(text) ?? {}) as { readonly trustDomain?: unknown };
    return typeof trustDomain === "string" ? trustDomain : undefined;
  } catch {
    return undefined;
  }
}

// --- what is served ------------------------------------------------------------------------------------------------

const GROUPS = ["networking.istio.io", "security.istio.io", "telemetry.istio.io", "cert-manager.io"] as const;

interface Served {
  /** `networking.istio.io/v1` */
  readonly version: string;
  readonly kind: string;
  readonly resource: string;
}

interface Group {
  readonly versions?: readonly { readonly groupVersion: string }[];
}

interface Resources {
  readonly resources?: readonly { readonly name: string; readonly kind: string }[];
}

async function readServed(reading: Reading): Promise<readonly Served[]> {
  const groups = await Promise.all(
    GROUPS.map(async (group) => {
      const answer = (await reading.one(`the kinds of ${group}`, `/apis/${group}`)) as Group | undefined;
      const versions = answer?.versions ?? [];
      return Promise.all(versions.map(({ groupVersion }) => readVersion(reading, groupVersion)));
    }),
  );
  return groups.flat(2);
}

async function readVersion(reading: Reading, version: string): Promise<readonly Served[]> {
  const answer = (await reading.one(`the kinds of ${version}`, `/apis/${version}`)) as Resources | undefined;
  const own = (answer?.resources ?? []).filter(({ name }) => !name.includes("/"));
  return own.map(({ kind, name }) => ({ version, kind, resource: name }));
}

// --- Istio's objects -----------------------------------------------------------------------------------------------

/** Of these one in any namespace can be for a host of the mesh. */
const RULES: readonly string[] = ["VirtualService", "DestinationRule"];
/** The kinds that a mesh writes, and those that decide about its workloads, too. */
const KINDS: readonly string[] = [...kindOrder, "RequestAuthentication", "EnvoyFilter"];

/** Each kind in the first version that is served: all of them show the same objects. */
async function readObjects(
  reading: Reading,
  served: readonly Served[],
  { namespaces, rootNamespace, gateways }: Questions,
): Promise<readonly SeenObject[]> {
  const near = [...new Set([...namespaces, rootNamespace])];
  const wide = gateways.length === 0 ? RULES : [...RULES, "Gateway"];
  const kinds = [...Map.groupBy(served, ({ kind }) => kind).values()].flatMap(([first]) => first ?? []);
  const lists = await Promise.all(
    kinds
      .filter(({ kind }) => KINDS.includes(kind))
      .map(async ({ version, kind, resource }) => {
        const isWide = wide.includes(kind);
        const outside = isWide ? `${resource} of other namespaces` : undefined;
        const raws = await reading.everywhere([`/apis/${version}`, resource], near, outside);
        return raws
          .filter(({ metadata: { namespace = "" } }) => isWide || near.includes(namespace))
          .map((raw) => seenObject(kind, raw));
      }),
  );
  return lists.flat();
}

// --- namespaces ----------------------------------------------------------------------------------------------------

async function readNamespaces(reading: Reading, names: readonly string[]): Promise<readonly SeenNamespace[]> {
  const found = await Promise.all(
    names.map((name) => reading.one(`the namespace ${name}`, `/api/v1/namespaces/${name}`, { metadataOnly: true })),
  );
  return found.flatMap((raw) => (raw === undefined ? [] : [{ name: raw.metadata.name, labels: labelsOf(raw) }]));
}

async function readSecrets(reading: Reading, names: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    names.map(async (secret) => {
      const [namespace = "", name = ""] = secret.split("/");
      const path = `/api/v1/namespaces/${namespace}/secrets/${name}`;
      return (await reading.one(`secret ${secret}`, path, { metadataOnly: true })) === undefined ? [] : [secret];
    }),
  );
  return found.flat();
}

/** All that Istio takes for their proxies, wherever it is. */
async function readGatewayProxies(reading: Reading, gateways: readonly GatewayIr[]): Promise<readonly SeenWorkload[]> {
  const labels = gateways.flatMap((gateway) => Object.entries(gatewayLabels(gateway)));
  const found = [...Map.groupBy(labels, ([label]) => label)].map(([label, values]) => {
    const selector = `${label} in (${distinct(values.map(([, value]) => value)).join(",")})`;
    return reading.all(
      "proxies of gateways in other namespaces",
      `/api/v1/pods?labelSelector=${encodeURIComponent(selector)}`,
    );
  });
  return seenWorkloads({}, (await Promise.all(found)).flat());
}

async function readNamespace(reading: Reading, namespace: string) {
  const read = (root: string, resource: string) =>
    reading.all(`${resource} of ${namespace}`, `${root}/namespaces/${namespace}/${resource}`);
  const [services, pods, Deployment, StatefulSet, DaemonSet] = await Promise.all([
    read("/api/v1", "services"),
    read("/api/v1", "pods"),
    read("/apis/apps/v1", "deployments"),
    read("/apis/apps/v1", "statefulsets"),
    read("/apis/apps/v1", "daemonsets"),
  ]);
  const workloads: readonly SeenWorkload[] = seenWorkloads({ Deployment, StatefulSet, DaemonSet }, pods);
  return { services: services.map(seenService), workloads };
}
