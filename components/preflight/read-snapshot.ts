/** The door for snapshots from files: unknown data in, a snapshot out or what is wrong with it. What a cluster has none of may be left out. */
import { Cursor, Targets } from "../contract/cursor.ts";
import { boolean, integer, list, object, oneOf, port, type Reader, record, text, textWhere } from "../contract/read.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { Report } from "../diagnostics/report.ts";
import type { Labels } from "../engines/istio/workloads.ts";
import type { ClusterSnapshot } from "./snapshot.ts";

const labels: Reader<Labels> = (value, at) => {
  const read = record(text, "any")(value, at);
  return read && Object.fromEntries(read);
};

const named = textWhere("text", (value) => value !== "");
const count = integer(0, 1_000_000);

const right = object(
  { verb: named, group: text, resource: named, namespace: named, optional: boolean },
  { required: ["verb", "group", "resource"] },
);

const controlPlane = object(
  { namespace: named, name: named, labels, revision: named, version: named, scopesGateways: boolean },
  { required: ["namespace", "name", "revision"] },
);

const injector = object(
  { name: named, labels, revision: named, tag: named, trustDomain: named },
  { required: ["name", "revision"] },
);

const seenObject = object(
  {
    kind: named,
    namespace: named,
    name: named,
    labels,
    hosts: list(named),
    gateways: list(named),
    exportTo: list(named),
    selector: labels,
    dryRun: boolean,
  },
  { required: ["kind", "namespace", "name"] },
);

const target: Reader<number | string> = (value, at) => (typeof value === "string" ? named(value, at) : port(value, at));

const servicePort = object(
  { number: port, target, name: text, appProtocol: named },
  { required: ["number", "target"] },
);

const service = object(
  { namespace: named, name: named, selector: labels, ports: list(servicePort) },
  { required: ["namespace", "name"] },
);

const workload = object(
  {
    kind: named,
    namespace: named,
    name: named,
    labels,
    serviceAccount: named,
    ports: list(object({ name: named, number: port }, { required: ["name", "number"] })),
    pods: count,
    withoutSidecar: count,
  },
  { required: ["kind", "namespace", "name"] },
);

const snapshot = object(
  {
    schema: oneOf(1),
    uid: named,
    kubernetes: named,
    kinds: list(named),
    gatewayApi: named,
    rights: object({ asked: count, refused: list(right) }, { required: ["asked", "refused"] }),
    namespaces: list(object({ name: named, labels }, { required: ["name"] })),
    secrets: list(named),
    controlPlanes: list(controlPlane),
    injectors: list(injector),
    objects: list(seenObject),
    services: list(service),
    workloads: list(workload),
    gatewayProxies: list(workload),
    unread: list(named),
  },
  { required: ["schema", "kubernetes"] },
);

const noWorkload = { labels: {}, serviceAccount: "default", ports: [], pods: 0, withoutSidecar: 0 };

export interface ReadSnapshot {
  readonly snapshot: ClusterSnapshot | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export function readSnapshot(data: unknown): ReadSnapshot {
  const report = new Report();
  const read = snapshot(data, Cursor.root(report, new Targets([])));
  const diagnostics = report.sorted();
  if (read === undefined || report.hasErrors) return { snapshot: undefined, diagnostics };
  const { namespaces = [], controlPlanes = [], injectors = [], objects = [], services = [] } = read;
  const { workloads = [], gatewayProxies = [] } = read;
  return {
    diagnostics,
    snapshot: {
      kinds: [],
      rights: { asked: 0, refused: [] },
      secrets: [],
      unread: [],
      ...read,
      namespaces: namespaces.map((one) => ({ labels: {}, ...one })),
      controlPlanes: controlPlanes.map((one) => ({ labels: {}, ...one })),
      injectors: injectors.map((one) => ({ labels: {}, ...one })),
      objects: objects.map((one) => ({ labels: {}, ...one })),
      services: services.map((one) => ({ selector: {}, ports: [], ...one })),
      workloads: workloads.map((one) => ({ ...noWorkload, ...one })),
      gatewayProxies: gatewayProxies.map((one) => ({ ...noWorkload, ...one })),
    },
  };
}
