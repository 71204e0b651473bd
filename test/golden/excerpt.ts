/** The part of a rendered configuration that a case is about, as YAML that a reviewer can read. */
import { stringify } from "yaml";
import { fileText } from "../../components/engines/envoy/block.ts";
import type { RenderedProxy } from "../../components/engines/envoy/render.ts";
import type { Json } from "../../components/values/json.ts";

/** What a case shows of one proxy. */
export interface Shown {
  readonly proxy: string;
  /**
   * Files, each with the way to a part of it: "lds.json inbound-http http_filters" is the first thing called `inbound-http`
   * in that file, and the first called `http_filters` in there.
   */
  readonly files: readonly string[];
}

export const excerpt = (proxies: readonly RenderedProxy[], shows: readonly Shown[]): string =>
  shows.flatMap(({ proxy, files }) => files.map((way) => document(find(proxies, proxy), way))).join("---\n");

function document(proxy: RenderedProxy, way: string): string {
  const [path, ...words] = way.split(" ");
  const file = proxy.files.find((one) => one.path === path);
  if (file === undefined) throw new Error(`${proxy.name} has no file ${path}: ${proxy.files.map((one) => one.path)}`);
  const part = words.reduce(firstCalled, JSON.parse(fileText(file)) as Json);
  return `# ${proxy.name} ${way}\n${stringify(part, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

function find(proxies: readonly RenderedProxy[], name: string): RenderedProxy {
  const proxy = proxies.find((one) => one.name === name);
  if (proxy === undefined) throw new Error(`there is no proxy ${name}: ${proxies.map((one) => one.name)}`);
  return proxy;
}

/** The nearest field of this name, or object that carries it as its `name`. */
function firstCalled(root: Json, word: string): Json {
  let level: readonly Json[] = [root];
  while (level.length > 0) {
    const objects = level.filter((value) => typeof value === "object" && value !== null);
    for (const value of objects) {
      if ("name" in value && value.name === word) return value;
      const field = Object.entries(value).find(([key]) => key === word);
      if (field !== undefined) return field[1] as Json;
    }
    level = objects.flatMap((value) => Object.values(value) as Json[]);
  }
  throw new Error(`nothing in the file is called ${word}`);
}
