/** The names of a mesh: what a slice may ask about other services while it is normalized. */
import type { Enforcement } from "../capabilities/access/ir.ts";
import { normalizePorts, normalizeVersions } from "../capabilities/services/normalize.ts";
import type { Directory, Known } from "../contract/capability.ts";
import { type EngineId, readTarget } from "../engines/releases.ts";
import type { ExternalId, ServiceId } from "../ir/mesh-ir.ts";
import type { PortIr } from "../ir/port.ts";
import type { Entry, Settings, WrittenMesh } from "./read.ts";

/** The one cluster set there is today. */
const CLUSTER_SET = "default";

export const serviceId = (namespace: string, name: string): ServiceId => `${CLUSTER_SET}/${namespace}/${name}`;
export const externalId = (key: string): ExternalId => `external/${key}`;

export class Names implements Directory {
  readonly services: Map<string, Known>;
  readonly #externals: ReadonlyMap<string, { readonly id: ExternalId; readonly ports: readonly PortIr[] }>;
  readonly #namespaces: ReadonlySet<string>;
  readonly #written: Settings["namespaces"];
  readonly #engines: ReadonlySet<EngineId>;

  constructor(mesh: WrittenMesh, services: Map<string, Known>) {
    this.services = services;
    this.#externals = new Map(
      [...mesh.externals].map(([key, external]) => [
        key,
        { id: externalId(key), ports: normalizePorts(external.ports) },
      ]),
    );
    this.#engines = new Set(mesh.settings.targets.map((target) => readTarget(target).engine));
    this.#written = mesh.settings.namespaces;
    this.#namespaces = new Set([...services.values()].map(({ namespace }) => namespace));
  }

  service(key: string): Known | undefined {
    return this.services.get(key);
  }
  external(key: string): { readonly id: ExternalId; readonly ports: readonly PortIr[] } | undefined {
    return this.#externals.get(key);
  }
  namespace(name: string): boolean {
    return this.#namespaces.has(name);
  }
  enforcementIn(namespace: string): Enforcement {
    return this.#written.get(namespace)?.enforcement ?? "enforce";
  }
  serviceKeys(): Iterable<string> {
    return this.services.keys();
  }
  runsOn(engine: EngineId): boolean {
    return this.#engines.has(engine);
  }
}

export function knownOf({ key, service }: Entry, settings: Settings): Known {
  const name = service.name ?? key;
  const namespace = service.namespace ?? settings.namespace;
  return {
    id: serviceId(namespace, name),
    key,
    namespace,
    owner: service.owner ?? settings.owner,
    allowCallers: service.allowCallers,
    ports: normalizePorts(service.ports),
    versions: normalizeVersions(name, service.versions, service.selectors),
  };
}
