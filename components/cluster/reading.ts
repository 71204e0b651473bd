/** Reads objects, a few at a time, page by page, and remembers what may not be read instead of stopping there. */
import { distinct } from "../values/order.ts";
import type { Answer, GetOptions, KubernetesApi } from "./kubernetes-api.ts";

/** An object as the API server answers it; of its contents nothing is promised. */
export interface Raw {
  readonly metadata: RawMetadata;
  readonly spec?: unknown;
  readonly status?: unknown;
}

export interface RawMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly { readonly kind: string; readonly name: string; readonly controller?: boolean }[];
}

interface Page {
  readonly items?: readonly Raw[];
  readonly metadata?: { readonly continue?: string };
}

type Refusal = Extract<Answer, { readonly kind: "refused" }>;

/** Enough to hide the way to the cluster, and too little to be felt there. */
const AT_ONCE = 8;
const PAGE = 500;
const NOT_FOUND = 404;

export class Reading {
  readonly #api: KubernetesApi;
  readonly #unread: string[] = [];
  #free = AT_ONCE;
  readonly #waiting: (() => void)[] = [];

  constructor(api: KubernetesApi) {
    this.#api = api;
  }

  /** Each once, sorted. */
  get unread(): readonly string[] {
    return distinct(this.#unread);
  }

  /** Undefined where it is not there, or may not be read. */
  async one(what: string, path: string, options?: GetOptions): Promise<Raw | undefined> {
    const answer = await this.#turn(() => this.#api.get(path, options));
    if (answer.kind === "ok") return answer.body as Raw;
    this.#miss(what, answer);
    return undefined;
  }

  /** Empty where there are none, or where they may not be read. */
  async all(what: string, path: string): Promise<readonly Raw[]> {
    const found = await this.#pages(path);
    if (!("status" in found)) return found;
    this.#miss(what, found);
    return [];
  }

  /** Of the whole cluster or, where that is not allowed, of these namespaces; `outside`: what may be missing then. */
  async everywhere(
    [root, resource]: readonly [root: string, resource: string],
    namespaces: readonly string[],
    outside?: string,
  ): Promise<readonly Raw[]> {
    const found = await this.#pages(`${root}/${resource}`);
    if (!("status" in found)) return found;
    if (outside !== undefined) this.miss(outside);
    const own = namespaces.map((namespace) =>
      this.all(`${resource} of ${namespace}`, `${root}/namespaces/${namespace}/${resource}`),
    );
    return (await Promise.all(own)).flat();
  }

  ask(path: string, question: object): Promise<Answer> {
    return this.#turn(() => this.#api.ask(path, question));
  }

  miss(what: string): void {
    this.#unread.push(what);
  }

  async #pages(path: string): Promise<readonly Raw[] | Refusal> {
    const items: Raw[] = [];
    let token = "";
    do {
      const query = `limit=${PAGE}${token === "" ? "" : `&continue=${encodeURIComponent(token)}`}`;
      const answer = await this.#turn(() => this.#api.get(`${path}${path.includes("?") ? "&" : "?"}${query}`));
      if (answer.kind === "refused") return answer;
      const page = answer.body as Page;
      items.push(...(page.items ?? []));
      token = page.metadata?.continue ?? "";
    } while (token !== "");
    return items;
  }

  #miss(what: string, { status }: Refusal): void {
    if (status !== NOT_FOUND) this.miss(what);
  }

  async #turn<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
