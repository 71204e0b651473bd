/** Between what routes lead to and the routes themselves: a wait until every proxy knows where it will be led. */
import { setTimeout as sleep } from "node:timers/promises";
import type { apiextensions } from "@pulumi/kubernetes";
import { all, type CustomResource, log, type Resource, runtime } from "@pulumi/pulumi";
import type { StoredObject } from "../cluster/istiods.ts";
import type { KubernetesObject } from "../engines/kubernetes.ts";

/** Whether every proxy has taken what is deployed so far, and how that is known. */
export type Settled =
  | { readonly kind: "acknowledged"; readonly proxies: number }
  | { readonly kind: "not-verified"; readonly why: string };

/** What is asked about. */
export interface Settling {
  /** The objects of Istio that are deployed so far, as the cluster has stored them. */
  readonly stored: readonly StoredObject[];
  /** The routes that wait. */
  readonly routes: readonly KubernetesObject[];
}

/** Asks the control plane until all proxies have acknowledged, or it is tired of waiting. Never fails a deployment. */
export type Settle = (settling: Settling) => Promise<Settled>;

/** "A few seconds", says Istio (Traffic Management Best Practices); istiod sends 0.1 s after the last change, proxies follow at once. */
const UNVERIFIED_WAIT = 5_000;
/** A proxy acknowledges with its main thread; its workers follow within tens of milliseconds, on busy machines hundreds. */
const WORKERS_WAIT = 1_000;

/** For a program that cannot ask: waits, and says that nobody has looked. */
export const unverified: Settle = () =>
  Promise.resolve({ kind: "not-verified", why: "the program did not ask istiod" });

/** One of these resources, once all of them are there and proxies have taken them. A preview waits for nothing. */
export async function settledAfter(
  resources: readonly CustomResource[],
  routes: readonly KubernetesObject[],
  settle: Settle,
): Promise<Resource[]> {
  if (runtime.isDryRun()) return [...resources];
  const stored = (await Promise.all(resources.map(storedOf))).filter(({ apiVersion }) =>
    apiVersion.includes(".istio.io/"),
  );
  const began = performance.now();
  const settled = await settle({ stored, routes }).catch(
    (error: Error): Settled => ({ kind: "not-verified", why: error.message }),
  );
  const spent = performance.now() - began;
  await sleep(settled.kind === "acknowledged" ? WORKERS_WAIT : Math.max(0, UNVERIFIED_WAIT - spent));
  void say(settled, spent);
  return [...resources];
}

/** As the provider read it back. */
function storedOf(resource: CustomResource): Promise<StoredObject & { readonly apiVersion: string }> {
  const { apiVersion, kind, metadata } = resource as apiextensions.CustomResource;
  return new Promise((resolve) => {
    all([apiVersion, kind, metadata]).apply(([version, what, { name, namespace, uid = "", generation = 0 }]) =>
      resolve({ apiVersion: version, kind: what, name, namespace, uid, generation }),
    );
  });
}

const say = (settled: Settled, spent: number): Promise<void> =>
  settled.kind === "acknowledged"
    ? log.info(`${counted(settled.proxies)} where routes will lead, after ${inSeconds(spent)}; the routes follow`)
    : log.warn(
        `not verified that proxies know where routes will lead: ${settled.why}. Waited ${inSeconds(Math.max(spent, UNVERIFIED_WAIT))} instead`,
      );

const inSeconds = (milliseconds: number): string => `${Number((milliseconds / 1_000).toFixed(1))} s`;

const counted = (proxies: number): string => (proxies === 1 ? "1 proxy knows" : `${proxies} proxies know`);
