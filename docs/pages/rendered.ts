/** Looks into the files that a mesh is rendered to: what a page says about Envoy is read there. */
import type { MeshIr } from "meshwright";
import { fileText } from "../../components/engines/envoy/block.ts";
import { stablePlacement } from "../../components/engines/envoy/placement.ts";
import { envoyRenderer } from "../../components/passes/render.ts";
import type { Json } from "../../components/values/json.ts";

/** The parsed file of a proxy, by its name and path: `shop/web lds.json`. */
export function renderedFiles(ir: MeshIr): ReadonlyMap<string, Json> {
  const proxies = envoyRenderer(stablePlacement()).render(ir);
  return new Map(
    proxies.flatMap(({ name, files }) =>
      files.map((file) => [`${name} ${file.path}`, JSON.parse(fileText(file)) as Json] as const),
    ),
  );
}

/** Steps down by key, by index, or (a text in a list) to the entry of that name. What is not there is our own bug. */
export function dig(from: Json | undefined, ...steps: readonly (string | number)[]): Json {
  let here = from;
  for (const step of steps) here = stepInto(here, step);
  if (here === undefined) throw new Error(`nothing is rendered at ${steps.join(" ")}`);
  return here;
}

function stepInto(here: Json | undefined, step: string | number): Json | undefined {
  if (typeof here !== "object" || here === null) return undefined;
  if (!isList(here)) return here[step];
  if (typeof step === "number") return here[step];
  return here.find((item) => stepInto(item, "name") === step);
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
