/** Header changes on Istio: `Headers.HeaderOperations`, which go to Envoy as they are. */
import { set } from "../../engines/istio/resources.ts";
import type { IstioFragment } from "../../engines/istio/slots.ts";
import type { JsonObject } from "../../values/json.ts";
import type { DirectionIr, HeaderChange, HeaderChangesIr } from "./ir.ts";

export function renderHeaders({ request, response }: HeaderChangesIr): readonly IstioFragment[] {
  const directions = { ...direction("request", request), ...direction("response", response) };
  return Object.keys(directions).length === 0 ? [] : [set("route.headers", directions)];
}

function direction(name: "request" | "response", { set: replaced, add, remove }: DirectionIr): JsonObject {
  const operations = {
    ...(replaced.length === 0 ? {} : { set: byName(replaced) }),
    ...(add.length === 0 ? {} : { add: byName(add) }),
    ...(remove.length === 0 ? {} : { remove }),
  };
  return Object.keys(operations).length === 0 ? {} : { [name]: operations };
}

/** A percent sign begins one of Envoy's substitutions: doubled, it is a percent sign. */
const byName = (changes: readonly HeaderChange[]): JsonObject =>
  Object.fromEntries(changes.map(({ name, value }) => [name, value.replaceAll("%", "%%")]));
