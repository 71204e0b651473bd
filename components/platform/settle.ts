/** Between what routes lead to and the routes themselves: a wait until every proxy knows where it will be led. */
import { setTimeout as sleep } from "node:timers/promises";
import { type CustomResource, log, type Resource, runtime } from "@pulumi/pulumi";

/** Whether every proxy has taken what is deployed so far, and how that is known. */
export type Settled =
  | { readonly kind: "acknowledged"; readonly proxies: number }
  | { readonly kind: "not-verified"; readonly why: string };

/** Asks the control plane until all proxies have acknowledged, or it is tired of waiting. Never fails a deployment. */
export type Settle = () => Promise<Settled>;

/** "A few seconds", says Istio (Traffic Management Best Practices); istiod sends 0.1 s after the last change, proxies follow at once. */
const UNVERIFIED_WAIT = 5_000;
/** A proxy acknowledges with its main thread; its workers follow within tens of milliseconds, on busy machines hundreds. */
const WORKERS_WAIT = 1_000;

/** For a program that cannot ask: waits, and says that nobody has looked. */
export const unverified: Settle = () =>
  Promise.resolve({ kind: "not-verified", why: "the program did not ask istiod" });

/** One of these resources, once all of them are there and proxies have taken them. A preview waits for nothing. */
export async function settledAfter(resources: readonly CustomResource[], settle: Settle): Promise<Resource[]> {
  if (runtime.isDryRun()) return [...resources];
  await Promise.all(resources.map(({ urn }) => new Promise<void>((resolve) => void urn.apply(() => resolve()))));
  const settled = await settle().catch((error: Error): Settled => ({ kind: "not-verified", why: error.message }));
  await sleep(settled.kind === "acknowledged" ? WORKERS_WAIT : UNVERIFIED_WAIT);
  void say(settled);
  return [...resources];
}

const say = (settled: Settled): Promise<void> =>
  settled.kind === "acknowledged"
    ? log.info(`${settled.proxies} proxies know where routes will lead; the routes follow`)
    : log.warn(
        `not verified that proxies know where routes will lead: ${settled.why}. Waited ${UNVERIFIED_WAIT / 1_000} s instead`,
      );
