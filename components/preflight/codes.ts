/** The diagnostics of a cluster: what keeps a deployment from going well, found before it begins. */

import { defineCode } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/did-you-mean.ts";

const listed = (names: readonly string[]): string => names.join(", ");

// --- reaching it ---------------------------------------------------------------------------------------------------

export const clusterUnreachable = defineCode<{ cluster: string; message: string }>({
  id: "MW5200",
  name: "cluster-unreachable",
  severity: "error",
  what: ({ cluster, message }) => `${cluster} does not answer: ${message}`,
  why: () => "nothing can be deployed to it, and a deployment that stops halfway is worse than none",
  fix: () => "check the address in the kubeconfig, the way to it, and that its credentials are valid",
});

export const kubeconfigUnusable = defineCode<{ message: string; known: readonly string[] }>({
  id: "MW5201",
  name: "kubeconfig-unusable",
  severity: "error",
  what: ({ message }) => message,
  why: () => "it says which cluster is meant, and who asks",
  fix: ({ known }) =>
    known.length === 0
      ? "name the file that your cluster's provider gave you, with KUBECONFIG or --kubeconfig"
      : `name one of its contexts (${listed(known)}), or set KUBECONFIG to the file that has it`,
});

export const wrongCluster = defineCode<{ found: string; expected: string }>({
  id: "MW5202",
  name: "wrong-cluster",
  severity: "error",
  what: ({ found, expected }) => `this is the cluster ${found}, and the stack is for ${expected}`,
  why: () => "a mesh deployed to the wrong cluster cuts the connections of whoever runs there",
  fix: () => "name the context of the stack's cluster; if the cluster was made anew, write its uid into the stack",
});

export const rightsMissing = defineCode<{ rights: readonly string[] }>({
  id: "MW5203",
  name: "rights-missing",
  severity: "error",
  what: ({ rights }) => `you may not ${rights.join("; ")}`,
  why: () => "the deployment would stop at the first of them, with the rest half done",
  fix: () => "have these rights granted, or deploy as somebody who has them",
});

export const kindNotServed = defineCode<{ kinds: readonly string[]; served: readonly string[] }>({
  id: "MW5204",
  name: "kind-not-served",
  severity: "error",
  what: ({ kinds, served }) =>
    `the cluster does not know ${listed(kinds)}${served.length === 0 ? "" : `; it knows ${listed(served)}`}`,
  why: () => "the CRDs are missing or too old, so the objects would be refused",
  fix: ({ kinds }) =>
    kinds.every((kind) => kind.includes(".istio.io/"))
      ? "install the CRDs of the Istio that runs there, from the chart `base` of its version"
      : "install cert-manager first",
});

export const secretMissing = defineCode<{ secret: string }>({
  id: "MW5205",
  name: "secret-missing",
  severity: "error",
  what: ({ secret }) => `the cluster has no secret ${secret}`,
  why: () => "the mesh's certificates are to be signed by the root that it holds",
  fix: () => "put the root there, with `tls.crt` and `tls.key`, or name the secret that holds it",
});

export const acknowledgementsUnasked = defineCode<{ rights: readonly string[] }>({
  id: "MW5206",
  name: "acknowledgements-unasked",
  severity: "note",
  what: ({ rights }) => `you may not ${rights.join("; ")}`,
  why: () =>
    "istiod cannot be asked whether proxies know where a route that moves will lead, so such a deployment waits 5 s instead",
  fix: () => "have these rights granted, or let it wait",
});

export const deployedUnread = defineCode<{ rights: readonly string[] }>({
  id: "MW5207",
  name: "deployed-unread",
  severity: "note",
  what: ({ rights }) => `you may not ${rights.join("; ")} of the whole cluster`,
  why: () =>
    "what deployed routes lead to is then not kept for a deployment more: where a route moves or a version leaves requests may be lost, and a service that leaves the mesh has no policy from that moment on",
  fix: () => "have these rights granted; to read is enough",
});

// --- what others have there ----------------------------------------------------------------------------------------

export const foreignRule = defineCode<{ object: string; hosts: readonly string[] }>({
  id: "MW5210",
  name: "foreign-rule",
  severity: "error",
  what: ({ object, hosts }) => `${object} is not ours, and it is for ${listed(hosts)}, too`,
  why: () => "of two rules for one host Istio ignores one, or merges half of it, without a word",
  fix: ({ object }) => `move what ${object} says into the mesh, and delete it`,
});

export const nameTaken = defineCode<{ objects: readonly string[] }>({
  id: "MW5211",
  name: "name-taken",
  severity: "error",
  what: ({ objects }) => `there already is ${listed(objects)}, which is not ours`,
  why: () => "the deployment would stop there, with the rest half done",
  fix: () => "delete them, or let Pulumi take them over with `pulumi import`",
});

export const foreignPolicy = defineCode<{ policies: readonly string[] }>({
  id: "MW5212",
  name: "foreign-policy",
  severity: "warning",
  what: ({ policies }) => `${listed(policies)}: not ours, and for workloads of the mesh, too`,
  why: () => "it decides together with the mesh's own policies, which the simulator knows nothing of",
  fix: () => "move what it says into the mesh, and delete it",
});

export const gatewayShared = defineCode<{ gateway: string; label: string; others: readonly string[] }>({
  id: "MW5213",
  name: "gateway-shared",
  severity: "warning",
  what: ({ gateway, label, others }) =>
    `${listed(others)}: not ours, and by the label ${label} Istio joins it with the gateway ${gateway}`,
  why: () =>
    "a Gateway is for all proxies that have its labels: they open each other's listeners, and of two that want a port for different protocols one does not get it",
  fix: () =>
    "give it another label, or the mesh's gateway another `name`; between namespaces PILOT_SCOPE_GATEWAY_TO_NAMESPACE=true in istiod's environment keeps them apart",
});

export const revisionClaimed = defineCode<{ injector: string; claims: string }>({
  id: "MW5220",
  name: "revision-claimed",
  severity: "error",
  what: ({ injector, claims }) => `${claims} belongs to another control plane: ${injector} is not ours`,
  why: () => "two control planes would inject into the same namespaces",
  fix: () => "choose another `tag`, or use that control plane: `controlPlane: { kind: existing, ... }`",
});

export const namespaceClaimed = defineCode<{ namespace: string; label: string; wanted: string; remedy: string }>({
  id: "MW5221",
  name: "namespace-claimed",
  severity: "error",
  what: ({ namespace, label, wanted }) => `the namespace ${namespace} has the label ${label}, and the stack ${wanted}`,
  why: () => "its pods would get their sidecars from another control plane, or none at all",
  fix: ({ remedy }) => remedy,
});

export const revisionMissing = defineCode<{ revision: string; nearest: string; known: readonly string[] }>({
  id: "MW5222",
  name: "revision-missing",
  severity: "error",
  what: ({ revision, nearest }) => `no control plane of the cluster injects for "${revision}"${didYouMean(nearest)}`,
  why: () => "pods would start without sidecars",
  fix: ({ known }) =>
    known.length === 0
      ? "install Istio first, or let the stack do it: `controlPlane: { kind: install, ... }`"
      : `write one of ${listed(known)}`,
});

export const versionDiffers = defineCode<{ revision: string; found: string; stated: string }>({
  id: "MW5223",
  name: "version-differs",
  severity: "error",
  what: ({ revision, found, stated }) => `the revision ${revision} runs Istio ${found}, and the stack says ${stated}`,
  why: () => "the mesh was checked against what another version can do",
  fix: ({ found }) => `write \`version: ${found}\``,
});

export const namespaceThere = defineCode<{ namespaces: readonly string[] }>({
  id: "MW5224",
  name: "namespace-there",
  severity: "error",
  what: ({ namespaces }) => `the stack would create ${listed(namespaces)}, which somebody else has created`,
  why: () => "creating would fail; and what a stack creates it deletes in the end, with all that runs there",
  fix: () => "write `namespaces: label`: those that are there are only labelled",
});

export const otherControlPlane = defineCode<{ planes: readonly string[] }>({
  id: "MW5225",
  name: "other-control-plane",
  severity: "error",
  what: ({ planes }) => `the cluster has a control plane already: ${listed(planes)}`,
  why: () => "CRDs and the CNI plugin are there once for a cluster, and are not ours",
  fix: () => "use it: `controlPlane: { kind: existing, ... }`; or uninstall it first",
});

export const gatewayNamesakes = defineCode<{ gateways: readonly string[]; label: string }>({
  id: "MW5226",
  name: "gateway-namesakes",
  severity: "error",
  what: ({ gateways }) =>
    `the gateways ${gateways.join(" and ")} have one name, and the control plane is not known to tell them apart by namespace`,
  why: ({ label }) =>
    `Istio knows a gateway's proxies by the label ${label}, in all namespaces: they would open each other's listeners, and of two that want a port for different protocols one would not get it`,
  fix: () =>
    "give one of them another `name`, or have PILOT_SCOPE_GATEWAY_TO_NAMESPACE=true set in istiod's environment",
});

export const trustDomainDiffers = defineCode<{ revision: string; found: string; stated: string }>({
  id: "MW5227",
  name: "trust-domain-differs",
  severity: "error",
  what: ({ revision, found, stated }) =>
    `the revision ${revision} gives identities of the trust domain ${found}, and the mesh says ${stated}`,
  why: () => "callers would accept no certificate, and every rule would name callers who do not exist",
  fix: ({ found }) => `write \`trustDomain: "${found}"\` into the mesh`,
});

// --- what teams have there -----------------------------------------------------------------------------------------

export const notThereYet = defineCode<{ missing: readonly string[] }>({
  id: "MW5230",
  name: "not-there-yet",
  severity: "warning",
  what: ({ missing }) => `the cluster has no ${missing.join("; no ")}`,
  why: () => "calls to them fail until somebody deploys them",
  fix: () => "deploy them, or correct their names and labels",
});

export const selectorMisses = defineCode<{ service: string; workloads: readonly string[]; labels: string }>({
  id: "MW5231",
  name: "selector-misses",
  severity: "error",
  what: ({ service, workloads, labels }) => `${listed(workloads)} answers for ${service}, without the labels ${labels}`,
  why: () => "the mesh's policies select by these labels: nothing would guard it",
  fix: () => "give its pods these labels, or give the service's versions the `selector` that they have",
});

export const portDiffers = defineCode<{ service: string; port: string; found: string }>({
  id: "MW5232",
  name: "port-differs",
  severity: "error",
  what: ({ service, port, found }) => `the mesh says ${port} of ${service}, and the cluster says ${found}`,
  why: () => "calls and access rules name the port of the mesh, where nobody listens",
  fix: () => "write the port of the cluster into the mesh, or change the Service",
});

export const protocolDiffers = defineCode<{ service: string; port: string; protocol: string; found: string }>({
  id: "MW5233",
  name: "protocol-differs",
  severity: "error",
  what: ({ service, port, protocol, found }) =>
    `port ${port} of ${service} speaks ${protocol} in the mesh, and ${found} in the cluster`,
  why: () => "Istio takes the protocol from the Service: routes and rules of another one do nothing",
  fix: ({ protocol }) => `set \`appProtocol: ${protocol}\` on the Service's port, or correct the mesh`,
});

export const accountDiffers = defineCode<{
  service: string;
  account: string;
  found: string;
  workloads: readonly string[];
}>({
  id: "MW5234",
  name: "account-differs",
  severity: "error",
  what: ({ service, account, found, workloads }) =>
    `${listed(workloads)} of ${service} runs as the service account ${found}, and the mesh says ${account}`,
  why: () => "access goes by the account: whomever it calls would refuse it",
  fix: ({ found }) => `write \`serviceAccount: "${found}"\` into the mesh, or change the workload`,
});

export const losesAccess = defineCode<{
  namespace: string;
  strangers: readonly string[];
  plain: readonly string[];
  enforcement: "audit" | "enforce";
}>({
  id: "MW5240",
  name: "loses-access",
  severity: "warning",
  what: ({ namespace, strangers, plain, enforcement }) =>
    [
      `${namespace} is taken into the mesh${enforcement === "audit" ? ", and only audited" : ""}`,
      ...(strangers.length === 0
        ? []
        : [
            `${listed(strangers)} may call no service of it ${enforcement === "audit" ? "once it is enforced" : "any more"}: the mesh has no such service`,
          ]),
      ...(plain.length === 0 ? [] : [`${listed(plain)} has no sidecar yet, and is refused where TLS is demanded`]),
    ].join("; "),
  why: ({ enforcement }) =>
    `the mesh refuses every call that it does not declare, as soon as it is ${enforcement === "audit" ? "enforced" : "deployed"}`,
  fix: ({ namespace, enforcement }) =>
    [
      "add who may call to the mesh, and restart what has no sidecar once the namespace is labelled",
      ...(enforcement === "audit"
        ? []
        : [`\`namespaces: { "${namespace}": { enforcement: "audit" } }\` refuses nobody until you have looked`]),
    ].join("; "),
});

export const enforcementBegins = defineCode<{
  namespace: string;
  services: readonly string[];
  strangers: readonly string[];
}>({
  id: "MW5242",
  name: "enforcement-begins",
  severity: "warning",
  what: ({ namespace, services, strangers }) =>
    [
      `access to ${listed(services)} of ${namespace} was only audited, and is enforced from now on`,
      ...(strangers.length === 0
        ? []
        : [`${listed(strangers)} may call no service of it any more: the mesh has no such service`]),
    ].join("; "),
  why: () =>
    "whoever called without being admitted was let through and counted until now; who that was is in no object",
  fix: () =>
    'before you deploy, see that the proxies of these services count no call that is meant (`authz_dry_run_result="denied"`; who called stands in their log at `rbac:debug`); declare those that are',
});

export const notChecked = defineCode<{ things: readonly string[] }>({
  id: "MW5241",
  name: "not-checked",
  severity: "warning",
  what: ({ things }) => `not checked, for it may not be read: ${listed(things)}`,
  why: () => "what is wrong there shows only while deploying",
  fix: () => "have the right to read it granted, or look at it yourself",
});
