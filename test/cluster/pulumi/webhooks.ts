/** The webhooks of an installed Istio, into which istiod writes (reliability.md F8): its certificate, and that validation fails closed. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesObject } from "../../../components/engines/kubernetes.ts";
import type { ApiClient } from "../api-client.ts";

interface WebhookConfiguration extends KubernetesObject {
  readonly webhooks: readonly { readonly clientConfig: { readonly caBundle?: string } }[];
}

const GROUP = "/apis/admissionregistration.k8s.io/v1";
const VALIDATING = `${GROUP}/validatingwebhookconfigurations`;
const MUTATING = `${GROUP}/mutatingwebhookconfigurations`;

export const webhooksOf = async (api: ApiClient): Promise<readonly WebhookConfiguration[]> =>
  (await Promise.all([VALIDATING, MUTATING].map((path) => listOf(api, path)))).flat();

async function listOf(api: ApiClient, path: string): Promise<readonly WebhookConfiguration[]> {
  const answer = await api.get(path);
  assert.ok(answer.kind === "ok");
  return (answer.body as unknown as { readonly items: readonly WebhookConfiguration[] }).items;
}

/** Whom the API server trusts when it asks one of them; "" is nobody. */
export const trustedBy = (configurations: readonly WebhookConfiguration[]): readonly string[] =>
  configurations.flatMap(({ webhooks }) => webhooks.map(({ clientConfig }) => clientConfig.caBundle ?? ""));

/** Waits until istiod has written its certificate into every webhook. */
export async function untilWritten(api: ApiClient): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(100)) {
    const certificate = await certificateOf(api);
    if (certificate !== undefined && trustedBy(await webhooksOf(api)).every((one) => one === certificate)) return;
  }
  throw new Error("istiod has not written its certificate into every webhook");
}

// --- istiod's own authority, which it makes where it is given none -------------------------------------------------

const AUTHORITY = "/api/v1/namespaces/istio-system/secrets/istio-ca-secret";

/** In base64, as a webhook has it, too. */
async function certificateOf(api: ApiClient): Promise<string | undefined> {
  const answer = await api.get(AUTHORITY);
  return answer.kind === "ok" ? (answer.body as unknown as Secret).data["ca-cert.pem"] : undefined;
}

interface Secret {
  readonly data: Readonly<Record<string, string>>;
}

/** The next istiod that starts makes another. */
export async function forgetAuthority(api: ApiClient): Promise<void> {
  await api.send("DELETE", AUTHORITY);
}

// --- failing closed ------------------------------------------------------------------------------------------------

/**
 * Once its webhook answers, which without pods nothing here does, istiod lets validation fail closed.
 *
 * @source istio 1.31 pkg/webhooks/validation/controller (updateValidatingWebhookConfiguration), read 2026-11
 */
export async function failClosed(api: ApiClient): Promise<void> {
  for (const { metadata, webhooks } of await listOf(api, VALIDATING)) {
    const closed = webhooks.map((_, index) => ({
      op: "replace",
      path: `/webhooks/${index}/failurePolicy`,
      value: "Fail",
    }));
    const answer = await api.send("PATCH", `${VALIDATING}/${metadata.name}`, closed, "application/json-patch+json");
    assert.equal(answer.kind, "ok", JSON.stringify(answer));
  }
}
