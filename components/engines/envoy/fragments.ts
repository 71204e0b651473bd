/** Puts the fragments of slices together. Two that fill one place are our own bug, found here and never resolved by order. */
import type { JsonObject } from "../../values/json.ts";
import { type HttpFilterId, httpFilterOrder, httpFilters } from "./order.ts";
import { typed } from "./resources.ts";
import type { AddSlots, EnvoyFragment, SetSlots } from "./slots.ts";

/** The fragments at one point are few: they are looked through, not indexed. */
export class Fragments {
  readonly #all: readonly EnvoyFragment[];

  constructor(all: readonly EnvoyFragment[]) {
    requireOnce(all);
    this.#all = all;
  }

  get<K extends keyof SetSlots>(slot: K): SetSlots[K] | undefined {
    for (const item of this.#all) if (item.op === "set" && item.slot === slot) return item.value as SetSlots[K];
    return undefined;
  }

  list<K extends keyof AddSlots>(slot: K): readonly AddSlots[K][] {
    const found: AddSlots[K][] = [];
    for (const item of this.#all) if (item.op === "add" && item.slot === slot) found.push(item.value as AddSlots[K]);
    return found;
  }

  /** The filters that the listener needs. */
  required(): readonly HttpFilterId[] {
    return this.#all.flatMap((item) => (item.op === "require" ? [item.filter] : []));
  }

  /** `typed_per_filter_config` of a route. */
  perFilterConfig(): JsonObject {
    const config: Record<string, JsonObject> = {};
    for (const item of this.#all)
      if (item.op === "route-filter")
        config[httpFilters[item.filter].name] = typed(httpFilters[item.filter].type, item.config);
    return config;
  }

  /** The configured HTTP filters of an inbound port, by id. */
  inboundHttp(port: string): ReadonlyMap<HttpFilterId, JsonObject> {
    return new Map(
      this.#all.flatMap((item) =>
        item.op === "inbound-http" && item.port === port ? [[item.filter, item.config] as const] : [],
      ),
    );
  }

  /** The network filters before the proxying one of an inbound port. */
  inboundTcp(port: string): readonly JsonObject[] {
    return this.#all.flatMap((item) =>
      item.op === "inbound-tcp" && item.port === port
        ? [{ name: `meshwright.${item.id}`, typed_config: item.config }]
        : [],
    );
  }
}

/** The filters of a listener in the kit's order; the router is always the last. */
export function httpFilterChain(
  configured: ReadonlyMap<HttpFilterId, JsonObject>,
  required: ReadonlySet<HttpFilterId>,
): readonly JsonObject[] {
  return httpFilterOrder
    .filter((id) => configured.has(id) || required.has(id) || id === "router")
    .map((id) => ({
      name: httpFilters[id].name,
      typed_config: typed(
        httpFilters[id].type,
        id === "router" ? { suppress_envoy_headers: true } : (configured.get(id) ?? {}),
      ),
    }));
}

function requireOnce(all: readonly EnvoyFragment[]): void {
  const filled = new Set<string>();
  for (const fragment of all) {
    const place = placeOf(fragment);
    if (place === undefined) continue;
    if (filled.has(place)) throw new Error(`MW9001 two fragments fill ${place}`);
    filled.add(place);
  }
}

/** Any number of fragments may require a filter; every other place is filled once. */
function placeOf(fragment: EnvoyFragment): string | undefined {
  switch (fragment.op) {
    case "set":
      return fragment.slot;
    case "add":
      return `${fragment.slot} ${fragment.id}`;
    case "require":
      return undefined;
    case "route-filter":
      return fragment.filter;
    case "inbound-http":
      return `inbound http ${fragment.port} ${fragment.filter}`;
    case "inbound-tcp":
      return `inbound tcp ${fragment.port} ${fragment.id}`;
  }
}
