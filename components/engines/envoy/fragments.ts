/** Puts the fragments of slices together. Two that fill one place are our own bug, found here and never resolved by order. */
import type { JsonObject } from "../../values/json.ts";
import { type HttpFilterId, httpFilterOrder, httpFilters } from "./order.ts";
import { typed } from "./resources.ts";
import type { AddSlots, EnvoyFragment, SetSlots } from "./slots.ts";

export class Fragments {
  readonly #set = new Map<string, unknown>();
  readonly #add = new Map<string, Map<string, unknown>>();
  readonly #routeFilters = new Map<HttpFilterId, JsonObject>();
  readonly #inboundHttp = new Map<string, Map<HttpFilterId, JsonObject>>();
  readonly #inboundTcp = new Map<string, Map<string, JsonObject>>();
  readonly required = new Set<HttpFilterId>();

  constructor(fragments: readonly EnvoyFragment[]) {
    for (const fragment of fragments) this.#take(fragment);
  }

  #take(fragment: EnvoyFragment): void {
    switch (fragment.op) {
      case "set":
        once(this.#set, fragment.slot, fragment.value);
        break;
      case "add":
        once(nested(this.#add, fragment.slot), fragment.id, fragment.value);
        break;
      case "require":
        this.required.add(fragment.filter);
        break;
      case "route-filter":
        once(this.#routeFilters, fragment.filter, fragment.config);
        break;
      case "inbound-http":
        once(nested(this.#inboundHttp, fragment.port), fragment.filter, fragment.config);
        break;
      case "inbound-tcp":
        once(nested(this.#inboundTcp, fragment.port), fragment.id, fragment.config);
        break;
    }
  }

  get<K extends keyof SetSlots>(slot: K): SetSlots[K] | undefined {
    return this.#set.get(slot) as SetSlots[K] | undefined;
  }

  list<K extends keyof AddSlots>(slot: K): readonly AddSlots[K][] {
    return [...(this.#add.get(slot)?.values() ?? [])] as AddSlots[K][];
  }

  /** `typed_per_filter_config` of a route. */
  perFilterConfig(): JsonObject {
    return Object.fromEntries(
      [...this.#routeFilters].map(([filter, config]) => [
        httpFilters[filter].name,
        typed(httpFilters[filter].type, config),
      ]),
    );
  }

  /** The configured HTTP filters of an inbound port, by id. */
  inboundHttp(port: string): ReadonlyMap<HttpFilterId, JsonObject> {
    return this.#inboundHttp.get(port) ?? new Map();
  }

  /** The network filters before the proxying one of an inbound port. */
  inboundTcp(port: string): readonly JsonObject[] {
    return [...(this.#inboundTcp.get(port) ?? [])].map(([id, config]) => ({
      name: `meshwright.${id}`,
      typed_config: config,
    }));
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

function once<V>(map: Map<string, V>, key: string, value: V): void {
  if (map.has(key)) throw new Error(`MW9001 two fragments fill ${key}`);
  map.set(key, value);
}

function nested<K, V>(map: Map<K, Map<string, V>>, key: K): Map<string, V> {
  let inner = map.get(key);
  if (inner === undefined) map.set(key, (inner = new Map()));
  return inner;
}
