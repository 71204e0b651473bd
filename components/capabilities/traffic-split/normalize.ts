/** From a version, weights or a service to destinations with ids. */
import type { Known, RoutePlace } from "../../contract/capability.ts";
import { integer, label, object, oneOf, type Reader, type ReadFields, record, text } from "../../contract/read.ts";
import { speaksHttp } from "../../ir/port.ts";
import { nearest } from "../../values/name.ts";
import { byText, sort, trimmed } from "../../values/order.ts";
import { noWeight, unclearPort, unknownDestination, unknownVersion } from "./codes.ts";
import type { DestinationIr, SplitIr } from "./ir.ts";
import { splitSupport } from "./support.ts";

const weight = integer(0, 1_000_000);
const weights = record(weight, "label");
const toService = object(
  { kind: oneOf("service"), service: text, port: label, versions: weights },
  { required: ["kind", "service"] },
);

type Written =
  | { readonly kind: "version"; readonly version: string }
  | { readonly kind: "weights"; readonly weights: ReadonlyMap<string, number> }
  | {
      readonly kind: "service";
      readonly service: string;
      readonly port?: string;
      readonly versions?: ReadonlyMap<string, number>;
    };

/** A text is a version (at a gateway: a service), an object with `kind` a service, any other object weights. */
const to: Reader<Written> = (value, at) => {
  if (typeof value === "string") return { kind: "version", version: value };
  if (typeof value === "object" && value !== null && "kind" in value) return toService(value, at);
  const read = weights(value, at);
  return read === undefined ? undefined : { kind: "weights", weights: read };
};

/** The field of a route that this slice owns. */
export const fields = { to };
export const support = { to: splitSupport };

export function normalizeSplit({ to: written }: ReadFields<typeof fields>, place: RoutePlace): SplitIr | undefined {
  if (written === undefined) return place.service && splitOf(place.service, undefined, undefined, place);
  if (written.kind === "service") return toOther(written.service, written.port, written.versions, place);
  if (place.service === undefined)
    return written.kind === "version" ? toReference(written.version, place) : unnamed(place);
  if (written.kind === "weights") return splitOf(place.service, undefined, written.weights, place);
  return toVersion(place.service, written.version, place);
}

function toVersion(service: Known, version: string, place: RoutePlace): SplitIr | undefined {
  const port = portOf(service, undefined, place);
  if (port === undefined) return undefined;
  if (service.versions.some(({ name }) => name === version)) return onlyTo(service, port, version);
  reportUnknown(version, service, place);
  return { destinations: [] };
}

/** Gateways have no service of their own: `to: "web"` or `to: "web:http"` names one. */
function toReference(reference: string, place: RoutePlace): SplitIr | undefined {
  const colon = reference.indexOf(":");
  if (colon < 0) return toOther(reference, undefined, undefined, place);
  return toOther(reference.slice(0, colon), reference.slice(colon + 1), undefined, place);
}

function unnamed({ report, path }: RoutePlace): undefined {
  report.add(unknownDestination, { service: "", nearest: "" }, { path: [...path, "to"] });
}

function toOther(
  key: string,
  port: string | undefined,
  versions: ReadonlyMap<string, number> | undefined,
  place: RoutePlace,
) {
  const service = place.directory.service(key);
  if (service !== undefined) return splitOf(service, port, versions, place);
  place.report.add(
    unknownDestination,
    { service: key, nearest: nearest(key, place.directory.serviceKeys()) ?? "" },
    { path: [...place.path, "to"], got: key },
  );
  return undefined;
}

function splitOf(
  service: Known,
  port: string | undefined,
  versions: Iterable<readonly [version: string, weight: number]> | undefined,
  place: RoutePlace,
): SplitIr | undefined {
  const target = portOf(service, port, place);
  if (target === undefined) return undefined;
  if (versions === undefined) return onlyTo(service, target, undefined);
  const { id } = service;
  const destinations: DestinationIr[] = [];
  let sum = 0;
  for (const [version, weight] of versions) {
    sum += weight;
    if (!service.versions.some(({ name }) => name === version)) reportUnknown(version, service, place);
    else if (weight > 0) destinations.push({ service: id, port: target, version, weight });
  }
  if (sum === 0) place.report.add(noWeight, {}, { path: [...place.path, "to"] });
  const [first] = destinations;
  if (destinations.length === 1 && first?.weight === 1) return onlyTo(service, target, first.version);
  return { destinations: trimmed(sort(destinations, byVersion)) };
}

/** Most routes lead to one version, or to all alike: those of a service share what says so. */
function onlyTo(service: Known, port: string, version: string | undefined): SplitIr {
  const known = onlyWays.get(service) ?? [];
  let way = known.find(({ destinations: [only] }) => only?.port === port && only.version === version);
  if (way === undefined) {
    const only = { service: service.id, port, ...(version === undefined ? {} : { version }), weight: 1 };
    way = { destinations: [only] };
    onlyWays.set(service, known.concat(way));
  }
  return way;
}

const onlyWays = new WeakMap<Known, readonly SplitIr[]>();

const byVersion = (a: DestinationIr, b: DestinationIr): number => byText(a.version ?? "", b.version ?? "");

function reportUnknown(version: string, service: Known, { report, path }: RoutePlace): void {
  const known = service.versions.map(({ name }) => name);
  report.add(
    unknownVersion,
    { version, service: service.key, known, nearest: nearest(version, known) ?? "" },
    { path: [...path, "to"], got: version },
  );
}

/** The port that was named, else the route's own, else the only one that speaks HTTP. */
function portOf(
  service: Known,
  named: string | undefined,
  { report, path, service: owner, ports }: RoutePlace,
): string | undefined {
  const own = owner?.id === service.id ? ports[0] : undefined;
  if (named === undefined && own !== undefined) return own.name;
  const candidates = service.ports.filter(speaksHttp);
  const found =
    named === undefined
      ? candidates.length === 1
        ? candidates[0]
        : undefined
      : candidates.find(({ name }) => name === named);
  if (found !== undefined) return found.name;
  report.add(
    unclearPort,
    { service: service.key, ports: candidates.map(({ name }) => name) },
    { path: [...path, "to"] },
  );
  return undefined;
}
