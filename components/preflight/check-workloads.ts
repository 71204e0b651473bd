/**
 * The Services and workloads that teams have deployed, against what the mesh says of them. What is not there yet is only told: workloads
 * may come after the mesh.
 */
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import { hasLabels, type Labels, type Selection, selectWorkloads } from "../engines/istio/workloads.ts";
import type { ServiceIr } from "../ir/mesh-ir.ts";
import { type PortIr, speaksHttp } from "../ir/port.ts";
import { byText } from "../values/order.ts";
import { accountDiffers, notThereYet, portDiffers, protocolDiffers, selectorMisses } from "./codes.ts";
import type { Deployment } from "./deployment.ts";
import type { ClusterSnapshot, SeenService, SeenServicePort, SeenWorkload } from "./snapshot.ts";

/** One service of the mesh and what the cluster has of it. */
interface Pair {
  readonly service: ServiceIr;
  readonly seen: SeenService | undefined;
  /** What the mesh's policies are for. */
  readonly selected: readonly SeenWorkload[];
  /** What answers calls. */
  readonly answering: readonly SeenWorkload[];
}

export function checkWorkloads(snapshot: ClusterSnapshot, deployment: Deployment): readonly Diagnostic[] {
  const pairs = pairsOf(snapshot, deployment);
  return [
    ...checkMissing(pairs),
    ...pairs.flatMap((pair) => [...checkSelector(pair), ...checkPorts(pair), ...checkAccount(pair)]),
  ];
}

/** Of a namespace that is not there nothing can differ. */
function pairsOf({ namespaces, services, workloads }: ClusterSnapshot, { mesh }: Deployment): readonly Pair[] {
  const selections = selectWorkloads(mesh.services);
  const there = new Set(namespaces.map(({ name }) => name));
  return mesh.services
    .filter(({ namespace }) => there.has(namespace))
    .map((service) => {
      const seen = services.find(({ namespace, name }) => namespace === service.namespace && name === service.name);
      const local = workloads.filter(({ namespace }) => namespace === service.namespace);
      return {
        service,
        seen,
        selected: local.filter(isSelected(selections.get(service.id) ?? [])),
        answering: local.filter(({ labels }) => seen !== undefined && isFor(seen.selector, labels)),
      };
    });
}

export const isSelected =
  (selections: readonly Selection[]) =>
  ({ labels }: SeenWorkload): boolean =>
    selections.some((selection) => isFor(selection.labels, labels));

/** A selector without labels selects nobody. */
const isFor = (selector: Labels, labels: Labels): boolean =>
  Object.keys(selector).length > 0 && hasLabels(selector, labels);

export const titleOf = ({ kind, name }: SeenWorkload): string => `${kind} ${name}`;
const nameOf = ({ namespace, name }: ServiceIr): string => `${namespace}/${name}`;

function checkMissing(pairs: readonly Pair[]): readonly Diagnostic[] {
  const missing = pairs.flatMap(({ service, seen, selected, answering }) => {
    const name = nameOf(service);
    const without = service.versions.filter(({ selector }) => !selected.some(({ labels }) => isFor(selector, labels)));
    if (selected.length === 0 && answering.length === 0)
      return [seen === undefined ? `Service and no workload ${name}` : `workload of ${name}`];
    return [
      ...(seen === undefined ? [`Service ${name}`] : answering.length === 0 ? [`workload behind Service ${name}`] : []),
      ...without.map((version) => `workload of ${name}, version ${version.name}`),
    ];
  });
  return missing.length === 0 ? [] : [diagnose(notThereYet, { missing: missing.sort(byText) }, { path: [] })];
}

function checkSelector({ service, selected, answering }: Pair): readonly Diagnostic[] {
  const missed = answering.filter((one) => !selected.includes(one));
  if (missed.length === 0) return [];
  const args = { service: nameOf(service), workloads: missed.map(titleOf), labels: labelsOf(service) };
  return [diagnose(selectorMisses, args, { path: service.path })];
}

const labelsOf = ({ name, versions }: ServiceIr): string =>
  versions.length === 0
    ? `app=${name}`
    : versions
        .map(({ selector }) =>
          Object.entries(selector)
            .map((entry) => entry.join("="))
            .join(","),
        )
        .join(" or ");

function checkAccount({ service, selected, answering }: Pair): readonly Diagnostic[] {
  const { serviceAccount: account, path } = service;
  const wrong = [...new Set([...selected, ...answering])].filter((one) => one.serviceAccount !== account);
  return [...Map.groupBy(wrong, ({ serviceAccount }) => serviceAccount)].map(([found, workloads]) =>
    diagnose(
      accountDiffers,
      { service: nameOf(service), account, found, workloads: workloads.map(titleOf) },
      { path, got: account },
    ),
  );
}

// --- ports ---------------------------------------------------------------------------------------------------------

const checkPorts = (pair: Pair): readonly Diagnostic[] =>
  pair.seen === undefined ? [] : pair.service.ports.flatMap((port) => checkPort(port, pair, pair.seen as SeenService));

function checkPort(port: PortIr, { service, selected, answering }: Pair, seen: SeenService): readonly Diagnostic[] {
  const name = nameOf(service);
  const at = { path: [...service.path, "ports", port.name], got: port.number };
  const found = seen.ports.find(({ number }) => number === port.number);
  if (found === undefined) {
    const ports = seen.ports.map(({ number }) => number).join(", ");
    const args = { service: name, port: `port ${port.number}`, found: ports === "" ? "no port" : `port ${ports}` };
    return [diagnose(portDiffers, args, at)];
  }
  const targets = targetsOf(found, [...selected, ...answering]);
  const spoken = spokenAt(found);
  return [
    ...(targets.length === 0 || targets.includes(port.target)
      ? []
      : [
          diagnose(
            portDiffers,
            { service: name, port: `target ${port.target} of port ${port.number}`, found: targets.join(", ") },
            at,
          ),
        ]),
    ...(spoken === undefined || HTTP.includes(spoken) === speaksHttp(port)
      ? []
      : [
          diagnose(
            protocolDiffers,
            { service: name, port: String(port.number), protocol: port.protocol, found: spoken },
            at,
          ),
        ]),
  ];
}

/** A target by name is known only from pods that have it. */
function targetsOf({ target }: SeenServicePort, workloads: readonly SeenWorkload[]): readonly number[] {
  if (typeof target === "number") return [target];
  const named = workloads.flatMap(({ ports }) => ports.filter(({ name }) => name === target));
  return [...new Set(named.map(({ number }) => number))];
}

/** As Istio's; what is in neither it takes for whatever the first bytes look like. */
const HTTP: readonly string[] = ["http", "http2", "http_proxy", "grpc", "kubernetes.io/h2c", "kubernetes.io/ws"];
const OPAQUE: readonly string[] = ["tcp", "https", "tls", "mongo", "redis", "mysql", "kubernetes.io/wss"];

/**
 * What Istio takes a port for, where the Service says it: `appProtocol`, else what the port's name begins with.
 *
 * @source istio 1.31 pkg/config/kube/conversion.go (ConvertProtocol) and pkg/config/protocol/instance.go, read 2026-11
 */
function spokenAt({ name = "", appProtocol }: SeenServicePort): string | undefined {
  const said = (appProtocol ?? name).toLowerCase();
  const spoken = said.startsWith("kubernetes.io/") ? said : said.split("-")[0];
  return [...HTTP, ...OPAQUE].find((one) => one === spoken);
}
