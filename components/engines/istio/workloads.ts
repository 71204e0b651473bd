/**
 * Which pods are a service's workloads. Policies select by labels, so labels must say it without doubt: too few would select
 * another service's pods, too many would leave a pod of the service without any policy.
 */
import type { ServiceId, ServiceIr } from "../../ir/mesh-ir.ts";
import { byText } from "../../values/order.ts";

export type Labels = Readonly<Record<string, string>>;

/** Labels that together select all workloads of a service. */
export interface Selection {
  /** The version, where one set of labels cannot select them all. */
  readonly version?: string | undefined;
  readonly labels: Labels;
}

export type Workloads = ReadonlyMap<ServiceId, readonly Selection[]>;

/** The label that tells versions apart. A lone version has it in common with itself, and the next one's pods would be left out. */
const VERSION = "version";

/** What all versions have in common, where no other service of the namespace has all of it; else each version by itself. */
export function selectWorkloads(services: readonly ServiceIr[]): Workloads {
  const holders = new Map<string, Set<ServiceId>>();
  for (const service of services)
    for (const [label, value] of selectorsOf(service).flatMap((labels) => Object.entries(labels))) {
      const key = holderKey(service, label, value);
      holders.set(key, (holders.get(key) ?? new Set()).add(service.id));
    }
  const isOwn =
    (service: ServiceIr) =>
    ([label, value]: readonly [string, string]) =>
      holders.get(holderKey(service, label, value))?.size === 1;
  return new Map(services.map((service) => [service.id, selectionsOf(service, isOwn(service))] as const));
}

function selectionsOf(
  { name, versions }: ServiceIr,
  isOwn: (label: readonly [string, string]) => boolean,
): readonly Selection[] {
  if (versions.length === 0) return [{ labels: { app: name } }];
  const common = commonLabels(versions.map(({ selector }) => selector)).filter(([label]) => label !== VERSION);
  if (common.some(isOwn)) return [{ labels: Object.fromEntries(common) }];
  return versions.map(({ name: version, selector }) => ({ version, labels: sortedLabels(selector) }));
}

const holderKey = ({ namespace }: ServiceIr, label: string, value: string): string =>
  JSON.stringify([namespace, label, value]);

/** A service without versions is known by its name alone, as versions are by default. */
const selectorsOf = ({ name, versions }: ServiceIr): readonly Labels[] =>
  versions.length === 0 ? [{ app: name }] : versions.map(({ selector }) => selector);

function commonLabels([first = {}, ...others]: readonly Labels[]): (readonly [string, string])[] {
  const common = Object.entries(first).filter(([label, value]) => others.every((labels) => labels[label] === value));
  return common.sort(([a], [b]) => byText(a, b));
}

/** Is a workload with these labels selected? By no labels every workload is. */
export const hasLabels = (wanted: Labels, labels: Labels): boolean =>
  Object.entries(wanted).every(([label, value]) => labels[label] === value);

export const sortedLabels = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).sort(([a], [b]) => byText(a, b)));
