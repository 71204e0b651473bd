/**
 * Objects of Istio that others have written: those that would decide about hosts or workloads of the mesh, or that have the names of its
 * objects. Whose an object is says components/engines/istio/ownership.ts.
 */
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import { gatewayLabels } from "../engines/istio/gateways.ts";
import { hostOf } from "../engines/istio/names.ts";
import { belongsTo } from "../engines/istio/ownership.ts";
import { hasLabels, type Labels, selectWorkloads } from "../engines/istio/workloads.ts";
import type { MeshIr } from "../ir/mesh-ir.ts";
import type { ModelPath } from "../values/model-path.ts";
import { byText, distinct } from "../values/order.ts";
import { foreignPolicy, foreignRule, nameTaken } from "./codes.ts";
import type { Deployment } from "./deployment.ts";
import { namespacesOf, rootNamespaceOf } from "./questions.ts";
import type { ClusterSnapshot, SeenObject } from "./snapshot.ts";

export function checkObjects({ objects, workloads }: ClusterSnapshot, deployment: Deployment): readonly Diagnostic[] {
  const { mesh } = deployment;
  const foreign = objects.filter(({ labels }) => !belongsTo(mesh.name, labels));
  const taken = foreign.filter(hasName(deployment));
  const others = foreign.filter((one) => !taken.includes(one));
  return [
    ...(taken.length === 0 ? [] : [diagnose(nameTaken, { objects: taken.map(nameOf).sort(byText) }, { path: [] })]),
    ...checkRules(others, deployment),
    ...checkPolicies(others, deployment, workloads),
  ];
}

export const nameOf = ({ kind, namespace, name }: Pick<SeenObject, "kind" | "namespace" | "name">): string =>
  `${kind} ${namespace}/${name}`;

function hasName({ objects }: Deployment): (object: SeenObject) => boolean {
  const names = new Set(
    objects.map(({ object: { kind, metadata } }) =>
      nameOf({ kind, namespace: metadata.namespace ?? "", name: metadata.name }),
    ),
  );
  return (object) => names.has(nameOf(object));
}

// --- rules ---------------------------------------------------------------------------------------------------------

/** A host that the mesh decides about, and for whom. */
interface OwnHost {
  readonly host: string;
  /** Where its rules lie. */
  readonly namespace: string;
  /** Where they are used. */
  readonly callers: ReadonlySet<string>;
  /** As a VirtualService names them: gateways, or `mesh` for sidecars. */
  readonly gateway: string;
  /** The kinds of which the mesh has a rule for it. */
  readonly kinds: ReadonlySet<string>;
  readonly path: ModelPath;
}

const checkRules = (foreign: readonly SeenObject[], deployment: Deployment): readonly Diagnostic[] => {
  const own = ownHosts(deployment);
  const root = rootNamespaceOf(deployment);
  return foreign.flatMap((rule) => {
    if (rule.hosts === undefined) return [];
    const met = own.filter((host) => decidesAbout(rule, host, root));
    const [first] = met;
    if (first === undefined) return [];
    return [diagnose(foreignRule, { object: nameOf(rule), hosts: distinct(met.map(({ host }) => host)) }, first)];
  });
};

function ownHosts({ mesh, objects }: Deployment): readonly OwnHost[] {
  const kinds = new Map<string, Set<string>>();
  for (const { object } of objects)
    for (const host of hostsIn(object.spec))
      kinds.set(host, (kinds.get(host) ?? new Set()).add(`${object.kind} ${object.metadata.namespace}`));
  const kindsOf = (host: string, namespace: string): ReadonlySet<string> =>
    new Set(["VirtualService", "DestinationRule"].filter((kind) => kinds.get(host)?.has(`${kind} ${namespace}`)));
  const services = mesh.services.map((service) => {
    const { namespace, path, callers } = service;
    const host = hostOf(service);
    const from = new Set(callers.map((caller) => caller.namespace));
    return { host, namespace, callers: from, gateway: "mesh", kinds: kindsOf(host, namespace), path };
  });
  const doors = mesh.gateways.flatMap(({ namespace, name, hosts, path }) =>
    hosts.map((table) => ({
      host: table.name,
      namespace,
      callers: new Set([namespace]),
      gateway: `${namespace}/${name}`,
      kinds: kindsOf(table.name, namespace),
      path,
    })),
  );
  return [...services, ...doors, ...externalHosts(mesh, kindsOf)];
}

/** Each namespace with a caller has rules of its own. */
const externalHosts = (
  { services, externals }: MeshIr,
  kindsOf: (host: string, namespace: string) => ReadonlySet<string>,
): readonly OwnHost[] =>
  externals.flatMap(({ id, host, path }) => {
    const callers = services.filter(({ calls }) => calls.some(({ to }) => to === id));
    return distinct(callers.map(({ namespace }) => namespace)).map((namespace) => ({
      host,
      namespace,
      callers: new Set([namespace]),
      gateway: "mesh",
      kinds: kindsOf(host, namespace),
      path,
    }));
  });

function hostsIn(spec: unknown): readonly string[] {
  const { hosts, host } = (spec ?? {}) as { readonly hosts?: readonly string[]; readonly host?: string };
  return hosts ?? (host === undefined ? [] : [host]);
}

/**
 * Is it for this host, where its callers see it? Of several that fit, the most exact host wins; of rules for destinations, those in the
 * caller's namespace win over those in the service's.
 *
 * @source istio 1.31 pilot/pkg/model/push_context.go (destinationRule) and config.go (ResolveShortnameToFQDN),
 * pilot/pkg/networking/core/route/route.go (separateVSHostsAndServices), read 2026-11
 */
function decidesAbout(rule: SeenObject, own: OwnHost, root: string): boolean {
  const hosts = (rule.hosts ?? []).map((host) => fullHost(host, rule.namespace));
  if (!isSeen(rule, own, root) || !isBoundTo(rule, own.gateway)) return false;
  // What the root namespace says about destinations holds where nobody else says anything.
  if (rule.kind === "DestinationRule" && rule.namespace === root && own.kinds.has(rule.kind)) return false;
  if (hosts.includes(own.host)) return true;
  if (!hosts.some((host) => covers(host, own.host))) return false;
  const winsByPlace =
    rule.kind === "DestinationRule" && rule.namespace !== own.namespace && own.callers.has(rule.namespace);
  return winsByPlace || !own.kinds.has(rule.kind);
}

/** A name without a dot means a service of the rule's own namespace. */
const fullHost = (host: string, namespace: string): string =>
  host.includes(".") || host.includes("*") ? host : hostOf({ name: host, namespace });

const covers = (pattern: string, host: string): boolean => pattern.startsWith("*") && host.endsWith(pattern.slice(1));

/** Without a list everybody sees it. Of rules for destinations only those of caller, service and root namespace are looked at. */
function isSeen({ kind, namespace, exportTo = ["*"] }: SeenObject, own: OwnHost, root: string): boolean {
  const near = own.callers.has(namespace) || namespace === own.namespace || namespace === root;
  if (kind === "DestinationRule" && !near) return false;
  if (exportTo.includes("*")) return true;
  const seenIn = new Set(exportTo.map((place) => (place === "." ? namespace : place)));
  return [...own.callers].some((caller) => seenIn.has(caller));
}

/** Only VirtualServices belong to gateways; one that names none is for sidecars. */
function isBoundTo({ kind, namespace, gateways = ["mesh"] }: SeenObject, gateway: string): boolean {
  if (kind !== "VirtualService") return gateway === "mesh";
  const full = gateways.map((one) => (one === "mesh" || one.includes("/") ? one : `${namespace}/${one}`));
  return full.includes(gateway);
}

// --- policies ------------------------------------------------------------------------------------------------------

/** What decides, beside the mesh's own objects, about requests to its workloads. */
const POLICIES: readonly string[] = [
  "AuthorizationPolicy",
  "PeerAuthentication",
  "RequestAuthentication",
  "EnvoyFilter",
  "Sidecar",
];
/**
 * Of these the root namespace's add to the mesh's own, and by a selector choose workloads in all namespaces; others are replaced by the
 * mesh's own, or are for the root namespace alone.
 *
 * @source istio 1.31 pilot/pkg/model/policyattachment.go (ShouldAttachPolicy), authentication.go (getConfigsForWorkload), push_context.go
 * (EnvoyFilters), pilot/pkg/security/authn/policy_applier.go (ComposePeerAuthentication), read 2026-11
 */
const ADDING: readonly string[] = ["AuthorizationPolicy", "EnvoyFilter", "RequestAuthentication"];

/** Workloads of the mesh, as far as they are known: by the labels that it selects them by, or all that they have. */
interface OwnWorkloads {
  readonly namespace: string;
  readonly labels: Labels;
}

function checkPolicies(
  foreign: readonly SeenObject[],
  deployment: Deployment,
  workloads: ClusterSnapshot["workloads"],
): readonly Diagnostic[] {
  const namespaces = namespacesOf(deployment);
  const root = rootNamespaceOf(deployment);
  const services = serviceWorkloads(deployment);
  const gateways = gatewayProxies(deployment);
  const own = [...services, ...gateways];
  const there = workloads.filter((one) =>
    own.some(({ namespace, labels }) => namespace === one.namespace && hasLabels(labels, one.labels)),
  );
  const met = foreign.filter(({ kind, namespace, selector }) => {
    if (namespace === root && !namespaces.includes(root))
      return ADDING.includes(kind) && (selector === undefined || choosesAnywhere(selector, own, there));
    if (!POLICIES.includes(kind) || !namespaces.includes(namespace)) return false;
    if (selector === undefined) return kind !== "Sidecar" && kind !== "PeerAuthentication";
    const isNear = (one: OwnWorkloads) => one.namespace === namespace;
    return (
      services.some((one) => isNear(one) && agree(selector, one.labels)) ||
      gateways.some((one) => isNear(one) && names(selector, one.labels))
    );
  });
  if (met.length === 0) return [];
  return [diagnose(foreignPolicy, { policies: met.map(nameOf).sort(byText) }, { path: [] })];
}

function serviceWorkloads({ mesh: { services } }: Deployment): readonly OwnWorkloads[] {
  const selections = selectWorkloads(services);
  return services.flatMap(({ id, namespace }) =>
    (selections.get(id) ?? []).map(({ labels }) => ({ namespace, labels })),
  );
}

const gatewayProxies = ({ mesh: { gateways } }: Deployment): readonly OwnWorkloads[] =>
  gateways.map((gateway) => ({ namespace: gateway.namespace, labels: gatewayLabels(gateway) }));

/**
 * Of the whole cluster most selectors are for workloads of others, so labels that ours merely could have are not enough: one must be a
 * label that ours have, or all of them those of a workload that is there.
 */
const choosesAnywhere = (selector: Labels, own: readonly OwnWorkloads[], there: readonly OwnWorkloads[]): boolean =>
  there.some(({ labels }) => hasLabels(selector, labels)) || own.some(({ labels }) => names(selector, labels));

/** Does it ask for one of these labels, and for nothing against the others? */
const names = (selector: Labels, labels: Labels): boolean =>
  agree(selector, labels) && Object.keys(selector).some((label) => Object.hasOwn(labels, label));

/** Can a pod have both? */
const agree = (one: Labels, other: Labels): boolean =>
  Object.entries(one).every(([label, value]) => (other[label] ?? value) === value);
