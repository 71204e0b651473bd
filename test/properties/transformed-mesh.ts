/** Meshes made of other meshes, as plain data: the same in other words, or with one thing more. */
import type { MeshIr } from "../../components/ir/mesh-ir.ts";
import type { MeshData } from "../generate/mesh.ts";

type Data = Readonly<Record<string, unknown>>;

/** The same data with the keys of every object in another order. */
export function permuted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(permuted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, child]) => [key, permuted(child)]),
  );
}

const isData = (value: unknown): value is Data => typeof value === "object" && value !== null && !Array.isArray(value);

/** Applies `change` to each object, from the inside out. */
function mapped(value: unknown, change: (data: Data) => Data): unknown {
  if (Array.isArray(value)) return value.map((one) => mapped(one, change));
  if (!isData(value)) return value;
  return change(Object.fromEntries(Object.entries(value).map(([key, child]) => [key, mapped(child, change)])));
}

// --- names -----------------------------------------------------------------------------------------------------------

/** Services under other keys, wherever they are spoken of. */
export function renamed(data: MeshData, names: ReadonlyMap<string, string>): MeshData {
  const name = (key: string): string => names.get(key) ?? key;
  const reference = (text: string): string => {
    const [key = "", port] = text.split(":");
    return port === undefined ? name(key) : `${name(key)}:${port}`;
  };
  const keys = (record: Data): Data =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [name(key), value]));
  const services = Object.entries(data.services).map(([key, service]) => [
    name(key),
    renamedService(service, reference),
  ]);
  const spoken = (value: unknown) =>
    mapped(value, (one) =>
      (one.kind === "service" || one.kind === "source") && typeof one.service === "string"
        ? { ...one, service: name(one.service) }
        : one,
    );
  /** Inside the mesh an authority begins with the name by which a service is called. */
  const called = (value: unknown) =>
    mapped(value, (one) =>
      one.kind === "authority-exact" && typeof one.value === "string"
        ? { ...one, value: one.value.replace(/^[^.:]+/, (label) => name(label.toLowerCase())) }
        : one,
    );
  return {
    ...data,
    services: Object.fromEntries(services) as MeshData["services"],
    routes: keys(called(spoken(data.routes)) as Data) as MeshData["routes"],
    gateways: mapped(spoken(data.gateways), (one) =>
      typeof one.to === "string" ? { ...one, to: reference(one.to) } : one,
    ),
  };
}

function renamedService({ calls = [], access = {}, ...rest }: Data, reference: (text: string) => string): Data {
  const called = (calls as readonly (string | { readonly to: string })[]).map((one) =>
    typeof one === "string" ? reference(one) : { ...one, to: reference(one.to) },
  );
  const rules = Object.entries(access as Record<string, Data>).map(([rule, { from, ...fields }]) => [
    rule,
    from === undefined
      ? fields
      : {
          ...fields,
          from: (from as readonly unknown[]).map((one) => (typeof one === "string" ? reference(one) : one)),
        },
  ]);
  return { ...rest, calls: called, access: Object.fromEntries(rules) };
}

// --- weights and rules -----------------------------------------------------------------------------------------------

/** Every weight so many times as large. */
export function reweighted(data: MeshData, times: number): MeshData {
  const more = (weights: unknown) =>
    Object.fromEntries(Object.entries(weights as Record<string, number>).map(([key, weight]) => [key, weight * times]));
  const change = (route: Data): Data => {
    const { to } = route;
    if (!isData(to)) return route;
    if (to.kind !== "service") return { ...route, to: more(to) };
    return to.versions === undefined ? route : { ...route, to: { ...to, versions: more(to.versions) } };
  };
  const { routes, gateways } = data;
  return { ...data, routes: mapped(routes, change) as MeshData["routes"], gateways: mapped(gateways, change) };
}

/** One more rule at each service, for its ports that speak HTTP. */
export function withRule(data: MeshData, ir: MeshIr, rule: Data): MeshData {
  const services = Object.entries(data.services).map(([key, service]) => {
    const speaksHttp = ir.services.some((one) => one.key === key && one.routes.length > 0);
    const access = service.access as Data | undefined;
    return [key, speaksHttp ? { ...service, access: { ...access, "one-more": rule } } : service];
  });
  return { ...data, services: Object.fromEntries(services) as MeshData["services"] };
}
