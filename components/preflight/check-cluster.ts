/**
 * Does a cluster agree with what is about to be deployed to it? Pure: a snapshot and a deployment in, findings out; nothing is asked of
 * anybody here. What could not be read is reported and not judged.
 */
import { checkGatewayApi, checkKubernetes } from "../deployment/check-release.ts";
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import { sortDiagnostics } from "../diagnostics/report.ts";
import { distinct } from "../values/order.ts";
import { checkAdoption } from "./check-adoption.ts";
import { checkControlPlane } from "./check-control-plane.ts";
import { checkEnforcement } from "./check-enforcement.ts";
import { checkGateways } from "./check-gateways.ts";
import { checkObjects } from "./check-objects.ts";
import { checkWorkloads } from "./check-workloads.ts";
import {
  acknowledgementsUnasked,
  deployedUnread,
  kindNotServed,
  notChecked,
  rightsMissing,
  secretMissing,
  wrongCluster,
} from "./codes.ts";
import type { Deployment } from "./deployment.ts";
import { secretsOf } from "./questions.ts";
import type { ClusterSnapshot, Right } from "./snapshot.ts";

export const checkCluster = (snapshot: ClusterSnapshot, deployment: Deployment): readonly Diagnostic[] =>
  sortDiagnostics([
    ...checkIdentity(snapshot, deployment),
    ...checkVersions(snapshot, deployment),
    ...checkKinds(snapshot, deployment),
    ...checkRights(snapshot),
    ...checkSecrets(snapshot, deployment),
    ...checkControlPlane(snapshot, deployment),
    ...checkGateways(snapshot, deployment),
    ...checkObjects(snapshot, deployment),
    ...checkWorkloads(snapshot, deployment),
    ...checkAdoption(snapshot, deployment),
    ...checkEnforcement(snapshot, deployment),
    ...checkReading(snapshot),
  ]);

function checkIdentity({ uid }: ClusterSnapshot, { settings }: Deployment): readonly Diagnostic[] {
  const expected = settings.cluster.uid;
  if (expected === undefined || uid === undefined || uid === expected) return [];
  return [diagnose(wrongCluster, { found: uid, expected }, { path: ["cluster", "uid"] })];
}

const checkVersions = (
  { kubernetes, gatewayApi }: ClusterSnapshot,
  { settings, release }: Deployment,
): readonly Diagnostic[] => [
  ...(release === undefined ? [] : checkKubernetes(release, { ...settings.cluster, kubernetes })),
  ...(gatewayApi === undefined ? [] : checkGatewayApi(gatewayApi, ["istio", ...settings.cluster.engines])),
];

/** What our own charts bring is not asked for: it comes with them. */
function checkKinds({ kinds }: ClusterSnapshot, deployment: Deployment): readonly Diagnostic[] {
  const missing = distinct(neededKinds(deployment)).filter((kind) => !kinds.includes(kind));
  if (missing.length === 0) return [];
  const names = missing.map(nameOf);
  const served = kinds.filter((kind) => names.includes(nameOf(kind)) && missing.some((one) => sameGroup(one, kind)));
  return [diagnose(kindNotServed, { kinds: missing, served }, { path: ["controlPlane"] })];
}

/** As snapshots write kinds: `networking.istio.io/v1 VirtualService`. */
function neededKinds({ settings: { controlPlane, certificateAuthority }, objects }: Deployment): string[] {
  if (controlPlane.kind === "existing") return objects.map(({ object }) => `${object.apiVersion} ${object.kind}`);
  return certificateAuthority.kind === "cert-manager" ? ["cert-manager.io/v1 Certificate"] : [];
}

const nameOf = (kind: string): string => kind.slice(kind.indexOf(" ") + 1);
const sameGroup = (one: string, other: string): boolean => one.split("/")[0] === other.split("/")[0];

function checkRights({ rights: { refused } }: ClusterSnapshot): readonly Diagnostic[] {
  const needed = refused.filter(({ optional }) => !optional);
  const others = refused.filter(({ optional }) => optional === true);
  const asking = others.filter(({ group }) => group === PODS);
  const reading = others.filter(({ group }) => group !== PODS);
  const at = { path: ["cluster"] };
  return [
    ...(needed.length === 0 ? [] : [diagnose(rightsMissing, { rights: rightsInWords(needed) }, at)]),
    ...(asking.length === 0 ? [] : [diagnose(acknowledgementsUnasked, { rights: rightsInWords(asking) }, at)]),
    ...(reading.length === 0 ? [] : [diagnose(deployedUnread, { rights: rightsInWords(reading) }, at)]),
  ];
}

/** Their group: for the acknowledgements of proxies pods are asked after, and else Istio's objects are read. */
const PODS = "";

/** What is refused in the same way is said together: "get, create gateways.networking.istio.io, … in shop". */
function rightsInWords(refused: readonly Right[]): readonly string[] {
  const byObject = Map.groupBy(refused, ({ group, resource, namespace }) =>
    JSON.stringify([group, resource, namespace]),
  );
  const objects = [...byObject.values()].map((rights) => {
    const [{ group = "", resource = "", namespace = "" } = {}] = rights;
    const verbs = rights.map(({ verb }) => verb).join(", ");
    return { verbs, namespace, name: group === "" ? resource : `${resource}.${group}` };
  });
  const alike = Map.groupBy(objects, ({ verbs, namespace }) => JSON.stringify([verbs, namespace]));
  return [...alike.values()].map((same) => {
    const [{ verbs = "", namespace = "" } = {}] = same;
    const names = distinct(same.map(({ name }) => name)).join(", ");
    return `${verbs} ${names}${namespace === "" ? "" : ` in ${namespace}`}`;
  });
}

const checkSecrets = ({ secrets, unread }: ClusterSnapshot, deployment: Deployment): readonly Diagnostic[] =>
  secretsOf(deployment)
    .filter((secret) => !secrets.includes(secret) && !unread.includes(`secret ${secret}`))
    .map((secret) => diagnose(secretMissing, { secret }, { path: ["certificateAuthority", "name"], got: secret }));

const checkReading = ({ unread }: ClusterSnapshot): readonly Diagnostic[] =>
  unread.length === 0 ? [] : [diagnose(notChecked, { things: unread }, { path: [] })];
