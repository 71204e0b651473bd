/** Puts the fragments of slices together. Two that fill one place are our own bug (slots.ts). */
import type { JsonObject } from "../../values/json.ts";
import { filledTwice, requireOnce, slotEntries, slotValue } from "../slots.ts";
import { type HttpFilterId, httpFilterOrder, httpFilters } from "./order.ts";
import { typed } from "./resources.ts";
import type { AddSlots, EnvoyFragment, SetSlots } from "./slots.ts";

export class Fragments {
  readonly #all: readonly EnvoyFragment[];

  constructor(all: readonly EnvoyFragment[]) {
    this.#all = all;
  }

  get<K extends keyof SetSlots>(slot: K): SetSlots[K] | undefined {
    return slotValue(this.#all, slot) as SetSlots[K] | undefined;
  }

  list<K extends keyof AddSlots>(slot: K): readonly AddSlots[K][] {
    return slotEntries(this.#all, slot).map(([, value]) => value as AddSlots[K]);
  }

  /** The filters that the listener needs. */
  required(): readonly HttpFilterId[] {
    return this.#all.filter((item) => item.op === "require").map(({ filter }) => filter);
  }

  /** `typed_per_filter_config` of a route. */
  perFilterConfig(): JsonObject {
    const config: Record<string, JsonObject> = {};
    for (const item of this.#all) {
      if (item.op !== "route-filter") continue;
      const { name, type } = httpFilters[item.filter];
      if (Object.hasOwn(config, name)) throw filledTwice(name);
      config[name] = typed(type, item.config);
    }
    return config;
  }

  /** The ways into a port. */
  inboundChains(port: string): readonly JsonObject[] {
    const here = this.#all.filter((item) => item.op === "inbound-chain").filter((item) => item.port === port);
    requireOnce(here.map(({ id }) => id));
    return here.map(({ config }) => config);
  }

  /** The configured HTTP filters of an inbound port, by id. */
  inboundHttp(port: string): ReadonlyMap<HttpFilterId, JsonObject> {
    const here = this.#all.filter((item) => item.op === "inbound-http").filter((item) => item.port === port);
    requireOnce(here.map(({ filter }) => filter));
    return new Map(here.map(({ filter, config }) => [filter, config]));
  }

  /** The network filters before the proxying one of an inbound port. */
  inboundTcp(port: string): readonly JsonObject[] {
    const here = this.#all.filter((item) => item.op === "inbound-tcp").filter((item) => item.port === port);
    requireOnce(here.map(({ id }) => id));
    return here.map(({ id, config }) => ({ name: `meshwright.${id}`, typed_config: config }));
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
