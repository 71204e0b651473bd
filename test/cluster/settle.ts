/**
 * When does every proxy run what follows from the objects? First istiod must have seen all of them, and nothing that is gone. Then
 * something that concerns every proxy changes, twice: istiod may have been in the middle of a push when it saw the last object, but
 * the push for the second change was begun afterwards, and each proxy says when it has taken it.
 */
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { hostOf } from "../../components/engines/istio/names.ts";
import type { KubernetesObject } from "../../components/engines/kubernetes.ts";
import { byText } from "../../components/values/order.ts";
import { type Istiod, ROOT_NAMESPACE } from "./istiod.ts";
import { applyAll, type Kubernetes } from "./kubernetes.ts";
import type { Pod } from "./pods.ts";
import type { Sidecar } from "./sidecar.ts";

const PATIENCE = 20_000;
const POLL = 25;

/** As the server stored them. */
export async function untilSeen(
  istiod: Istiod,
  stored: readonly KubernetesObject[],
  pods: readonly Pod[],
): Promise<void> {
  const wanted = stored.filter(({ apiVersion }) => apiVersion.includes("istio.io/")).map(stateOf);
  await same("objects", wanted, async () => {
    const seen = (await istiod.debug("/debug/configz")) as unknown as readonly KubernetesObject[];
    return seen.filter(isOfMesh).map(stateOf);
  });
  const endpoints = pods.flatMap(({ plays, address }) =>
    plays.kind === "service"
      ? plays.service.ports.map(({ name }) => `${hostOf(plays.service)} ${name} ${address}`)
      : [],
  );
  await same("endpoints", endpoints, async () => {
    const shards = (await istiod.debug("/debug/endpointShardz")) as unknown as Shards;
    const services = Object.entries(shards).filter(([host]) => host.endsWith(".svc.cluster.local"));
    return services.flatMap(([host, namespaces]) => addressesOf(host, namespaces));
  });
}

/** Each istiod counts its own pushes. @throws where an Envoy refuses its configuration */
export async function untilServed(kubernetes: Kubernetes, sidecars: readonly Sidecar[]): Promise<void> {
  for (const [istiod, own] of Map.groupBy(sidecars, (sidecar) => sidecar.istiod))
    for (const round of ["first", "second"]) {
      const before = Math.max(0, ...(await pushesOf(istiod, own)).map(({ sent }) => sent));
      await applyAll(kubernetes.api, [markerOf(round)]);
      await acknowledged(istiod, own, before);
      await kubernetes.api.delete(markerOf(round));
    }
}

// --- what istiod has seen ------------------------------------------------------------------------------------------

interface Stored {
  readonly uid?: string;
  readonly generation?: number;
}

/** Not by its resource version: istiod itself writes addresses into the status of ServiceEntries. */
const stateOf = ({ kind, metadata }: KubernetesObject): string => {
  const { namespace = "", name, uid = "", generation = 0 } = metadata as KubernetesObject["metadata"] & Stored;
  return `${kind} ${namespace}/${name} ${uid} ${generation}`;
};

/** The rest is istiod's own, or a marker. */
const isOfMesh = ({ apiVersion, metadata }: KubernetesObject): boolean =>
  apiVersion.includes("istio.io/") && metadata.namespace !== ROOT_NAMESPACE;

type Shards = Readonly<
  Record<string, Readonly<Record<string, { readonly Shards: Readonly<Record<string, readonly Endpoint[]>> }>>>
>;

interface Endpoint {
  readonly Addresses: readonly string[];
  readonly ServicePortName: string;
}

const addressesOf = (host: string, namespaces: Shards[string]): readonly string[] =>
  Object.values(namespaces)
    .flatMap((namespace) => Object.values(namespace.Shards).flat())
    .flatMap(({ Addresses, ServicePortName }) => Addresses.map((address) => `${host} ${ServicePortName} ${address}`));

async function same(what: string, wanted: readonly string[], read: () => Promise<readonly string[]>): Promise<void> {
  const sorted = (texts: readonly string[]) => [...new Set(texts)].sort(byText);
  const expected = sorted(wanted);
  let seen: readonly string[] = [];
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(POLL)) {
    seen = sorted(await read());
    if (seen.join("\n") === expected.join("\n")) return;
  }
  const lacking = expected.filter((one) => !seen.includes(one));
  const surplus = seen.filter((one) => !expected.includes(one));
  throw new Error(`istiod's ${what}: lacks ${lacking.join(", ") || "none"}; still has ${surplus.join(", ") || "none"}`);
}

// --- what proxies have taken ---------------------------------------------------------------------------------------

/** It concerns every proxy of the mesh and says what is so anyhow. */
const markerOf = (name: string): KubernetesObject => ({
  apiVersion: "security.istio.io/v1",
  kind: "PeerAuthentication",
  metadata: { name, namespace: ROOT_NAMESPACE },
  spec: { mtls: { mode: "UNSET" } },
});

interface Pushes {
  /** The number of the last push that was sent, and of the last that was taken. */
  readonly sent: number;
  readonly taken: number;
  readonly proxy: string;
}

interface Sync {
  readonly proxy: string;
  readonly [field: string]: unknown;
}

async function pushesOf(istiod: Istiod, sidecars: readonly Sidecar[]): Promise<readonly Pushes[]> {
  const synced = (await istiod.debug("/debug/syncz")) as unknown as readonly Sync[];
  return sidecars.map(({ pod }) => {
    const proxy = `${pod.name}.${pod.namespace}`;
    const found = synced.find((one) => one.proxy === proxy);
    return {
      proxy,
      sent: numberOf(found?.listener_sent),
      taken: allTaken(found) ? numberOf(found?.listener_acked) : -1,
    };
  });
}

/** `2026-11-24T12:54:27Z/388fd0db5-…`: when istiod started to count, `/`, the number of the push, then a random UUID of 36 characters. */
const numberOf = (nonce: unknown): number =>
  typeof nonce === "string" ? Number(nonce.slice(nonce.indexOf("/") + 1, -36)) : -1;

const KINDS = ["cluster", "listener", "route", "endpoint"];

/** A proxy without routes was never sent any. */
const allTaken = (sync: Sync | undefined): boolean =>
  sync !== undefined && KINDS.every((kind) => sync[`${kind}_sent`] === sync[`${kind}_acked`]);

async function acknowledged(istiod: Istiod, sidecars: readonly Sidecar[], after: number): Promise<void> {
  let late: readonly Pushes[] = [];
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(POLL)) {
    late = (await pushesOf(istiod, sidecars)).filter(({ taken }) => taken <= after);
    if (late.length === 0) return;
  }
  const names = late.map(({ proxy, sent, taken }) => `${proxy} (sent ${sent}, taken ${taken})`);
  throw new Error(`not served after ${PATIENCE / 1_000} s: ${names.join(", ")}\n${await refusals(sidecars)}`);
}

/** What the Envoys said of configuration that they refused. */
async function refusals(sidecars: readonly Sidecar[]): Promise<string> {
  const logs = await Promise.all(sidecars.map(({ started }) => readFile(started.log, "utf8")));
  return logs.flatMap((log) => log.split("\n").filter((line) => line.includes("rejected"))).join("\n");
}
