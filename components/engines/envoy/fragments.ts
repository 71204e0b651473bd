/** Puts the fragments of slices together. Two that fill one place are our own bug (slots.ts). */
import type { JsonObject } from "../../values/json.ts";
import { filledTwice, requireOnce, slotList, slotValue } from "../slots.ts";
import { type HttpFilterId, httpFilterOrder, httpFilters } from "./order.ts";
import { typed } from "./resources.ts";
import type { AddSlots, EnvoyFragment, SetSlots } from "./slots.ts";

/** What a port has several of, by id. */
type Inbound = Extract<EnvoyFragment, { readonly op: "inbound-chain" | "inbound-log" | "inbound-tcp" }>;

export class Fragments {
  readonly #all: readonly EnvoyFragment[];

  constructor(all: readonly EnvoyFragment[]) {
    this.#all = all;
  }

  get<K extends keyof SetSlots>(slot: K): SetSlots[K] | undefined {
    return slotValue(this.#all, slot) as SetSlots[K] | undefined;
  }

  list<K extends keyof AddSlots>(slot: K): readonly AddSlots[K][] {
    return slotList(this.#all, slot) as readonly AddSlots[K][];
  }

  /** The filters that the listener needs. */
  required(): readonly HttpFilterId[] {
    const filters: HttpFilterId[] = [];
    for (const item of this.#all) if (item.op === "require") filters.push(item.filter);
    return filters;
  }

  /** `typed_per_filter_config` of a route, where it has any. */
  perFilterConfig(): JsonObject | undefined {
    let config: Record<string, JsonObject> | undefined;
    for (const item of this.#all) {
      if (item.op !== "route-filter") continue;
      const { name, type } = httpFilters[item.filter];
      config ??= {};
      if (Object.hasOwn(config, name)) throw filledTwice(name);
      config[name] = typed(type, item.config);
    }
    return config;
  }

  /** The ways into a port. */
  inboundChains(port: string): readonly JsonObject[] {
    return this.#inbound("inbound-chain", port).map(({ config }) => config);
  }

  /** The access logs of an inbound port alone. */
  inboundLogs(port: string): readonly JsonObject[] {
    return this.#inbound("inbound-log", port).map(({ config }) => config);
  }

  /** The configured HTTP filters of an inbound port, by id. */
  inboundHttp(port: string): ReadonlyMap<HttpFilterId, JsonObject> {
    const here = this.#all.filter((item) => item.op === "inbound-http").filter((item) => item.port === port);
    requireOnce(here.map(({ filter }) => filter));
    return new Map(here.map(({ filter, config }) => [filter, config]));
  }

  /** The network filters before the proxying one of an inbound port. */
  inboundTcp(port: string): readonly JsonObject[] {
    const here = this.#inbound("inbound-tcp", port);
    return here.map(({ id, config }) => ({ name: `meshwright.${id}`, typed_config: config }));
  }

  #inbound(op: Inbound["op"], port: string): readonly Inbound[] {
    const here = this.#all.filter((item): item is Inbound => item.op === op).filter((item) => item.port === port);
    requireOnce(here.map(({ id }) => id));
    return here;
  }
}

/** The filters of a listener in the kit's order; the router is always the last. */
export function httpFilterChain(
  configured: ReadonlyMap<HttpFilterId, JsonObject>,
  required: readonly HttpFilterId[],
): readonly JsonObject[] {
  return httpFilterOrder
    .filter((id) => configured.has(id) || required.includes(id) || id === "router")
    .map((id) => ({
      name: httpFilters[id].name,
      typed_config: typed(
        httpFilters[id].type,
        id === "router" ? { suppress_envoy_headers: true } : (configured.get(id) ?? {}),
      ),
    }));
}
