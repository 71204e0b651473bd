/**
 * Speaks to the API server. Our own, because the official client serialises the kinds that it knows by their types and drops every
 * field that it does not know; what is proved here is that the server takes an object as it was rendered.
 */
import { Agent, request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesObject } from "../../components/engines/kubernetes.ts";
import type { Json } from "../../components/values/json.ts";

export interface Access {
  readonly host: string;
  readonly port: number;
  readonly token: string;
  readonly ca: string;
}

export type Answer =
  | { readonly kind: "ok"; readonly body: Json }
  | { readonly kind: "refused"; readonly status: number; readonly message: string };

export interface ApplyOptions {
  /** Everything but the writing: schemas, defaults, admission. */
  readonly dryRun?: boolean;
  /** The name under which the server records who owns a field. @default that of the suites */
  readonly manager?: string;
  /** Takes what others own. @default true */
  readonly force?: boolean;
}

const MANAGER = "meshwright-test";

export class ApiClient {
  readonly #access: Access;
  readonly #agent: Agent;
  /** `networking.istio.io/v1 VirtualService` to the plural and whether it lives in a namespace. */
  readonly #resources = new Map<string, ReadonlyMap<string, Resource>>();

  constructor(access: Access) {
    this.#access = access;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 16, ca: access.ca });
  }

  /** Server-side apply, strict: a field that the schema does not know is refused. */
  async apply(
    object: KubernetesObject,
    { dryRun = false, manager = MANAGER, force = true }: ApplyOptions = {},
  ): Promise<Answer> {
    const path = await this.#pathOf(object);
    if (path === undefined) return unknownKind(object);
    const query = `fieldManager=${manager}&force=${force}&fieldValidation=Strict${dryRun ? "&dryRun=All" : ""}`;
    return this.send("PATCH", `${path}?${query}`, object, "application/apply-patch+yaml");
  }

  /** Only where nothing of its name is there: 409 else. */
  async create(object: KubernetesObject, manager: string): Promise<Answer> {
    const path = await this.#pathOf(object);
    if (path === undefined) return unknownKind(object);
    const query = `fieldManager=${manager}&fieldValidation=Strict`;
    return this.send("POST", `${path.slice(0, path.lastIndexOf("/"))}?${query}`, object);
  }

  /** RFC 6902. */
  async patch(object: KubernetesObject, operations: Json): Promise<Answer> {
    const path = await this.#pathOf(object);
    if (path === undefined) return unknownKind(object);
    return this.send("PATCH", path, operations, "application/json-patch+json");
  }

  /** In the foreground it is there until all that belongs to it is gone. */
  async delete(object: KubernetesObject, propagation: "Background" | "Foreground" = "Background"): Promise<Answer> {
    const path = await this.#pathOf(object);
    if (path === undefined) return refusal(404, `no ${object.kind}`);
    return this.send("DELETE", `${path}?propagationPolicy=${propagation}`);
  }

  /** Undefined: it is not there. @throws where the server does not say */
  async find(object: KubernetesObject): Promise<KubernetesObject | undefined> {
    const path = await this.#pathOf(object);
    if (path === undefined) return undefined;
    const answer = await this.get(path);
    if (answer.kind === "ok") return answer.body as unknown as KubernetesObject;
    if (answer.status === 404) return undefined;
    throw new Error(answer.message);
  }

  get(path: string): Promise<Answer> {
    return this.send("GET", path);
  }

  /** Groups and kinds may have come since the last look: after new schemas, look again. */
  forgetKinds(): void {
    this.#resources.clear();
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Asks again where the server says when, as the official client does: ten times, and sooner than it says. */
  async send(method: string, path: string, body?: Json, type?: string): Promise<Answer> {
    for (let tries = 0; ; tries++) {
      const { status, text, retry } = await this.#sendOnce(method, path, body, type);
      if (!retry || tries === 10) return answerOf(status, text);
      await sleep(RETRY_AFTER);
    }
  }

  #sendOnce(method: string, path: string, body?: Json, type = "application/json"): Promise<Received> {
    const { host, port, token } = this.#access;
    const headers = { authorization: `Bearer ${token}`, accept: "application/json", "content-type": type };
    return new Promise((resolve, reject) => {
      const asked = request({ host, port, method, path, headers, agent: this.#agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const retry = response.headers["retry-after"] !== undefined;
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString(), retry });
        });
      });
      asked.on("error", reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** Undefined: the server does not know the kind. */
  async #pathOf({ apiVersion, kind, metadata }: KubernetesObject): Promise<string | undefined> {
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const resource = (await this.#kindsOf(root)).get(kind);
    if (resource === undefined) return undefined;
    const namespace = resource.namespaced ? `/namespaces/${metadata.namespace ?? "default"}` : "";
    return `${root}${namespace}/${resource.name}/${encodeURIComponent(metadata.name)}`;
  }

  async #kindsOf(root: string): Promise<ReadonlyMap<string, Resource>> {
    const known = this.#resources.get(root);
    if (known !== undefined) return known;
    const answer = await this.get(root);
    if (answer.kind === "ok") {
      const kinds = kindsIn(answer.body);
      this.#resources.set(root, kinds);
      return kinds;
    }
    // Its schemas may be on their way.
    if (answer.status === 404) return new Map();
    throw new Error(answer.message);
  }
}

interface Received {
  readonly status: number;
  readonly text: string;
  /** The server asks for another try. */
  readonly retry: boolean;
}

const RETRY_AFTER = 50;

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

function kindsIn(body: Json): ReadonlyMap<string, Resource> {
  const { resources } = body as unknown as { readonly resources: readonly Resource[] };
  const whole = resources.filter(({ name }) => !name.includes("/"));
  return new Map(whole.map((resource) => [resource.kind, resource]));
}

/** Every answer is JSON but those of the health checks. */
function answerOf(status: number, text: string): Answer {
  const body = text.startsWith("{") ? (JSON.parse(text) as Json) : text;
  if (status < 300) return { kind: "ok", body };
  const { message = text } = (typeof body === "object" ? body : {}) as { readonly message?: string };
  return refusal(status, message);
}

const unknownKind = ({ apiVersion, kind }: KubernetesObject): Answer =>
  refusal(404, `the server knows no ${apiVersion} ${kind}`);

const refusal = (status: number, message: string): Answer => ({ kind: "refused", status, message });
