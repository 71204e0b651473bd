/** Changes of a mesh as its users make them: a field of a service, or its routes, becomes what it is at another one, or goes. */
import fc from "fast-check";
import type { MeshData } from "./mesh.ts";

export interface Change {
  readonly service: number;
  readonly donor: number;
  readonly field: string;
}

const FIELDS = [
  "routes",
  "calls",
  "access",
  "mtls",
  "ports",
  "versions",
  "selectors",
  "owner",
  "allowCallers",
  "name",
  "namespace",
  "serviceAccount",
  "accessLogs",
  "metrics",
];

export const change: fc.Arbitrary<Change> = fc.record({
  service: fc.nat(),
  donor: fc.nat(),
  field: fc.constantFrom("routes", "routes", "calls", "calls", ...FIELDS),
});

/** The mesh afterwards, which may have errors, and the keys of the services that were written anew. */
export function changedMesh(
  mesh: MeshData,
  changes: readonly Change[],
): { readonly mesh: MeshData; readonly changed: readonly string[] } {
  const keys = Object.keys(mesh.services);
  const services = { ...mesh.services };
  const routes = { ...mesh.routes };
  const changed = new Set<string>();
  for (const { service, donor, field } of changes) {
    const [key = "", from = ""] = [keys[service % keys.length], keys[donor % keys.length]];
    changed.add(key);
    if (field === "routes") routes[key] = Object.hasOwn(mesh.routes, from) ? (mesh.routes[from] ?? {}) : {};
    else services[key] = withField(services[key] ?? {}, field, mesh.services[from]?.[field]);
  }
  return { mesh: { ...mesh, services, routes, namespaces: inhabited(mesh, services) }, changed: [...changed] };
}

/** What is said of a namespace goes with its last service. */
function inhabited({ namespaces = {} }: MeshData, services: MeshData["services"]): object {
  const known = new Set(Object.values(services).map(({ namespace }) => namespace));
  return Object.fromEntries(Object.entries(namespaces as object).filter(([namespace]) => known.has(namespace)));
}

function withField(fields: Record<string, unknown>, field: string, value: unknown): Record<string, unknown> {
  const { [field]: _, ...rest } = fields;
  return value === undefined ? rest : { ...rest, [field]: value };
}
