/**
 * A proxy's files as one static bootstrap, so that `envoy --mode validate` looks at all of it: that mode never reads the files
 * behind `dynamic_resources`, and a running Envoy skips unknown fields in those, while it refuses them in a bootstrap.
 */
import { fileText } from "../../components/engines/envoy/block.ts";
import type { RenderedProxy } from "../../components/engines/envoy/render.ts";
import type { Json, JsonObject } from "../../components/values/json.ts";

/** @throws where the files do not belong together: one is named and missing, or there and named by nobody */
export function staticBootstrap({ files }: Pick<RenderedProxy, "files">): JsonObject {
  const reader = new Reader(new Map(files.map((file) => [file.path, fileText(file)])));
  const { dynamic_resources, static_resources, ...rest } = reader.parse("bootstrap.json") as Bootstrap;
  const listeners = reader.resources(pathOf(dynamic_resources.lds_config));
  const clusters = [...static_resources.clusters, ...reader.resources(pathOf(dynamic_resources.cds_config))];
  const resources = { ...static_resources, listeners, clusters, secrets: reader.secrets() };
  reader.requireAllRead();
  return { ...rest, static_resources: resources };
}

type Bootstrap = JsonObject & {
  readonly dynamic_resources: { readonly lds_config: Json; readonly cds_config: Json };
  readonly static_resources: { readonly clusters: readonly JsonObject[] };
};

class Reader {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #read = new Set<string>();
  readonly #secrets = new Map<string, JsonObject>();

  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
  }

  /** With everything in it that says where to look replaced by what is found there. */
  parse(path: string): Json {
    const text = this.#texts.get(path);
    if (text === undefined) throw new Error(`${path} is named and not there`);
    this.#read.add(path);
    return JSON.parse(text, (_key, value: Json) => this.#settle(value));
  }

  /** Static resources have their type from where they stand. */
  resources(path: string): readonly JsonObject[] {
    const { resources } = this.parse(path) as { readonly resources: readonly JsonObject[] };
    return resources.map(({ "@type": _type, ...resource }) => resource);
  }

  secrets(): readonly JsonObject[] {
    return [...this.#secrets.values()];
  }

  requireAllRead(): void {
    const unread = [...this.#texts.keys()].filter((path) => !this.#read.has(path));
    if (unread.length > 0) throw new Error(`nothing names ${unread.join(", ")}`);
  }

  #settle(value: Json): Json {
    if (!isObject(value)) return value;
    const { rds, sds_config, ...rest } = value;
    if (isObject(rds)) return { ...rest, route_config: { ...this.#only(rds.config_source), validate_clusters: true } };
    if (sds_config === undefined) return value;
    this.#secrets.set(pathOf(sds_config), this.#only(sds_config));
    return rest;
  }

  #only(source: Json | undefined): JsonObject {
    const path = pathOf(source);
    const [first, second] = this.resources(path);
    if (first === undefined || second !== undefined) throw new Error(`${path} must hold just one resource`);
    return first;
  }
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const pathOf = (source: Json | undefined): string =>
  (source as { readonly path_config_source: { readonly path: string } }).path_config_source.path;
