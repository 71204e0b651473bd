/** What is known about a mesh while its objects are made. */
import type { ExternalId, ExternalIr, MeshIr, ServiceIr } from "../../ir/mesh-ir.ts";
import { namespaceOwners } from "../../ir/owners.ts";
import type { Slices } from "../slices.ts";
import { Fragments } from "./fragments.ts";
import { type ObjectMaker, type Owner, objectMaker } from "./objects.ts";
import { type Reach, reachOf } from "./reach.ts";
import type { RouteContext } from "./routes.ts";
import type { IstioFragment } from "./slots.ts";
import { selectWorkloads } from "./workloads.ts";

export interface Context extends RouteContext {
  readonly externals: ReadonlyMap<ExternalId, ExternalIr>;
  readonly slices: Slices<IstioFragment>;
  readonly make: ObjectMaker;
  readonly reach: Reach;
  /** By namespace: whose is what belongs to no single service of it. */
  readonly namespaceOwners: ReadonlyMap<string, string | undefined>;
}

export const createContext = (mesh: MeshIr, slices: Slices<IstioFragment>): Context => ({
  services: new Map(mesh.services.map((service) => [service.id, service])),
  externals: new Map(mesh.externals.map((external) => [external.id, external])),
  workloads: selectWorkloads(mesh.services),
  slices,
  render: slices.route,
  make: objectMaker(mesh),
  reach: reachOf(mesh.services, mesh.gateways),
  namespaceOwners: namespaceOwners(mesh),
});

export const serviceFragments = (service: ServiceIr, { slices }: Context): Fragments =>
  new Fragments(slices.service(service));

/** A service as the owner of objects. */
export const ownerOf = ({ namespace, name, owner }: ServiceIr): Owner => ({
  component: "service",
  namespace,
  name,
  owner,
});
