/**
 * Asks the API server of a cluster, by whatever kubeconfig and credentials `kubectl` would use. Loads the official client only when it is
 * asked for one: neither the command line nor a Pulumi program waits for it elsewhere. Can ask, not change: what it posts are questions.
 */
import { readFileSync } from "node:fs";
import type { KubeConfig, RequestContext } from "@kubernetes/client-node";
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import { clusterUnreachable, kubeconfigUnusable } from "../preflight/codes.ts";
import { nearest } from "../values/name.ts";
import { askPod, type PodPort } from "./pod-port.ts";

export interface ClusterChoice {
  /** A kubeconfig or the path of one. @default the file that KUBECONFIG names, else ~/.kube/config */
  readonly kubeconfig?: string | undefined;
  /** @default the current one */
  readonly context?: string | undefined;
}

export type Answer =
  | { readonly kind: "ok"; readonly body: unknown }
  | { readonly kind: "refused"; readonly status: number; readonly message: string };

export interface KubernetesApi {
  /** For messages: the context and the address. */
  readonly name: string;
  get(path: string, options?: GetOptions): Promise<Answer>;
  /** A question that is no path, like a review of one's rights. */
  ask(path: string, question: object): Promise<Answer>;
  /** What a port of a pod answers, as text. */
  getOfPod(pod: PodPort, path: string): Promise<Answer>;
  close(): Promise<void>;
}

export interface GetOptions {
  /** Names, labels and annotations only: of a secret nothing else may be seen. */
  readonly metadataOnly?: boolean;
}

export type Connection =
  | { readonly kind: "connected"; readonly api: KubernetesApi }
  | { readonly kind: "refused"; readonly diagnostic: Diagnostic };

/** Of one answer: a server that is there takes far less. */
const PATIENCE_MS = 15_000;
const METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

export async function connect(choice: ClusterChoice): Promise<Connection> {
  const client = await import("@kubernetes/client-node");
  const found = choose(new client.KubeConfig(), choice);
  if ("code" in found) return { kind: "refused", diagnostic: found };
  const { config, server, name } = found;
  const http = new client.IsomorphicFetchHttpLibrary();
  let signed: RequestContext;
  try {
    signed = new client.RequestContext(server, "GET");
    await config.applySecurityAuthentication(signed);
  } catch (error) {
    return { kind: "refused", diagnostic: unreachable(name, `its credentials cannot be had: ${messageOf(error)}`) };
  }
  // One for all requests: each would otherwise open a connection of its own.
  const dispatcher = signed.getDispatcher();

  async function send(method: "GET" | "POST", path: string, accept: string, body?: string): Promise<Answer> {
    const request = new client.RequestContext(`${server}${path}`, method);
    const headers = {
      ...signed.getHeaders(),
      accept,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    for (const [header, value] of Object.entries(headers)) request.setHeaderParam(header, value);
    if (dispatcher !== undefined) request.setDispatcher(dispatcher);
    if (body !== undefined) request.setBody(body);
    request.setSignal(AbortSignal.timeout(PATIENCE_MS));
    try {
      const { httpStatusCode: status, body: answer } = await http.send(request).toPromise();
      return answerOf(status, await answer.text());
    } catch (error) {
      return { kind: "refused", status: NO_ANSWER, message: messageOf(error) };
    }
  }

  const forward = new client.PortForward(config);
  async function getOfPod(pod: PodPort, path: string): Promise<Answer> {
    try {
      const { status, text } = await askPod(forward, pod, path, AbortSignal.timeout(PATIENCE_MS));
      return status === OK ? { kind: "ok", body: text } : { kind: "refused", status, message: `status ${status}` };
    } catch (error) {
      const message = messageOf(error);
      return { kind: "refused", status: statusIn(message), message };
    }
  }

  const api: KubernetesApi = {
    name,
    getOfPod,
    get: (path, { metadataOnly = false } = {}) => send("GET", path, metadataOnly ? METADATA : "application/json"),
    ask: (path, question) => send("POST", path, "application/json", JSON.stringify(question)),
    close: async () => dispatcher?.close(),
  };
  return { kind: "connected", api };
}

/** The status of an answer that never came. */
export const NO_ANSWER = 0;
const OK = 200;

/** How the library of WebSockets says that a server does not open one. */
const statusIn = (message: string): number =>
  Number(/^Unexpected server response: (\d+)$/.exec(message)?.[1] ?? NO_ANSWER);

export const unreachable = (cluster: string, message: string): Diagnostic =>
  diagnose(clusterUnreachable, { cluster, message }, { path: ["cluster", "context"] });

function answerOf(status: number, text: string): Answer {
  const body = parse(text);
  if (status >= 200 && status < 300 && body !== undefined) return { kind: "ok", body };
  const { message } = (body ?? {}) as { readonly message?: unknown };
  return { kind: "refused", status, message: typeof message === "string" ? message : `status ${status}` };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `fetch failed` says nothing; its cause does. */
function messageOf(error: unknown): string {
  const { message, cause, name } = error as Error;
  if (name === "TimeoutError") return `no answer within ${PATIENCE_MS / 1000} s`;
  return cause instanceof Error && cause.message !== "" ? cause.message : message;
}

// --- the kubeconfig ------------------------------------------------------------------------------------------------

interface Chosen {
  readonly config: KubeConfig;
  readonly server: string;
  readonly name: string;
}

function choose(config: KubeConfig, { kubeconfig, context }: ClusterChoice): Chosen | Diagnostic {
  const refuse = (message: string, known: readonly string[]): Diagnostic =>
    diagnose(kubeconfigUnusable, { message, known }, { path: ["cluster", "context"] });
  // No context of whatever name would help.
  const refuseFile = (message: string): Diagnostic =>
    diagnose(kubeconfigUnusable, { message, known: [] }, { path: [] });
  const file = kubeconfig !== undefined && isPath(kubeconfig) ? `the kubeconfig "${kubeconfig}"` : "the kubeconfig";
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromString(isPath(kubeconfig) ? readFileSync(kubeconfig, "utf8") : kubeconfig);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return refuseFile(
      code === "ENOENT" ? `${file} does not exist` : `${file} cannot be read: ${message.split("\n")[0]}`,
    );
  }
  const known = config.getContexts().map(({ name }) => name);
  // What the client answers where it has found nothing at all.
  if (kubeconfig === undefined && config.getCurrentContext() === "loaded-context")
    return refuseFile("there is no kubeconfig");
  if (known.length === 0) return refuseFile(`${file} has no contexts: it is none, or an empty one`);
  const wanted = context ?? config.getCurrentContext();
  if (wanted === "" || wanted === undefined) return refuse("the kubeconfig has no current context", known);
  if (!known.includes(wanted)) {
    const other = nearest(wanted, known);
    return refuse(
      `the kubeconfig has no context "${wanted}"${other === undefined ? "" : `; did you mean "${other}"?`}`,
      known,
    );
  }
  config.setCurrentContext(wanted);
  const server = config.getCurrentCluster()?.server?.replace(/\/$/, "");
  if (server === undefined) return refuse(`the kubeconfig has no cluster for the context "${wanted}"`, known);
  return { config, server, name: `the cluster ${wanted} (${server})` };
}

/** As Pulumi's provider takes it: text of a kubeconfig has several lines or is JSON. */
const isPath = (text: string): boolean => !text.includes("\n") && !text.trimStart().startsWith("{");
