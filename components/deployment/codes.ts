/** The diagnostics of a stack: its release, its charts, and what it deploys. */

import { defineCode } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/did-you-mean.ts";

export const unknownEnvironment = defineCode<{ name: string; nearest: string; known: readonly string[] }>({
  id: "MW5012",
  name: "unknown-environment",
  severity: "error",
  what: ({ name, nearest, known }) =>
    name === ""
      ? `the mesh has ${known.length} environments, and none is named`
      : `the mesh has no environment "${name}"${didYouMean(nearest)}`,
  why: () => "each environment has parameters of its own",
  fix: ({ name, known }) => `${name === "" ? "name one with --env: " : "write one of "}${known.join(", ")}`,
});

export const unknownRelease = defineCode<{ release: string; nearest: string; known: readonly string[] }>({
  id: "MW5100",
  name: "unknown-release",
  severity: "error",
  what: ({ release, nearest }) => `the catalogue has no release "${release}"${didYouMean(nearest)}`,
  why: () => "a release fixes every version that is installed; without one they would be whatever is newest that day",
  fix: ({ known }) => `write one of ${known.join(", ")}`,
});

export const releaseDowngraded = defineCode<{ from: string; to: string; allowed: readonly string[] }>({
  id: "MW5101",
  name: "release-downgraded",
  severity: "error",
  what: ({ from, to }) => `${from} is deployed, and ${to} is older`,
  why: () => "the new control plane would meet configuration and proxies newer than itself, which no engine supports",
  fix: ({ from, allowed }) =>
    allowed.length === 0 ? `stay on ${from}` : `stay on ${from}, or step to ${allowed.join(" or ")}`,
});

export const releaseSkipped = defineCode<{ from: string; to: string; steps: readonly string[] }>({
  id: "MW5102",
  name: "release-skipped",
  severity: "error",
  what: ({ from, to }) => `from ${from} to ${to} is more than one minor release of the engine`,
  why: () => "proxies may be one minor release older than their control plane, not more",
  fix: ({ steps }) =>
    steps.length === 0
      ? "no release of the catalogue lies between: add one, or install the new one beside the old"
      : `deploy ${steps.join(", then ")}, restarting the workloads after each`,
});

export const releaseTooOld = defineCode<{ release: string; version: string; target: string }>({
  id: "MW5103",
  name: "release-too-old",
  severity: "error",
  what: ({ version, target }) => `the mesh needs ${target}, and Istio ${version} is older`,
  why: () => "the mesh was checked against what the newer engine can do",
  fix: ({ target }) => `pin a release that has ${target}, or widen the mesh's \`targets\``,
});

export const kubernetesOutside = defineCode<{ version: string; release: string; from: string; to: string }>({
  id: "MW5104",
  name: "kubernetes-outside",
  severity: "error",
  what: ({ version, release, from, to }) => `release ${release} runs on Kubernetes ${from} to ${to}, not on ${version}`,
  why: () => "outside this range nobody has tested its engine",
  fix: () => "pin a release that knows this Kubernetes",
});

export const gatewayApiConflict = defineCode<{ version: string; engine: string; accepts: string }>({
  id: "MW5105",
  name: "gateway-api-conflict",
  severity: "error",
  what: ({ version, engine, accepts }) => `${engine} accepts the CRDs of the Gateway API ${accepts}, not ${version}`,
  why: () => "these CRDs are one set for the whole cluster, and what an engine does not know it ignores silently",
  fix: () => "install 1.5.1, the one line that Istio, Linkerd and Consul all document",
});

export const deployedUnknown = defineCode<{ deployed: string; next: string; known: readonly string[] }>({
  id: "MW5106",
  name: "deployed-release-unknown",
  severity: "error",
  what: ({ deployed, next, known }) =>
    `${deployed} is deployed, which the catalogue of this checkout does not know (it has ${known.join(", ")}): nobody can say whether ${next} may follow it`,
  why: () =>
    "an older checkout would take the control plane back below its proxies and its configuration, which no engine supports",
  fix: ({ deployed }) =>
    `update the checkout to one whose catalogue has ${deployed}; if that release was taken out of it, put it back: what is deployed stays in the catalogue`,
});

export const chartsNotLocked = defineCode<{ charts: readonly string[]; release: string }>({
  id: "MW5110",
  name: "charts-not-locked",
  severity: "error",
  what: ({ charts, release }) => `the lock file knows no digest of ${charts.join(", ")} of release ${release}`,
  why: () => "what nobody has fetched and recorded could be anything",
  fix: () => "run `mesh lock` where the charts can be fetched, and commit mesh.lock.json",
});

export const digestDiffers = defineCode<{ kind: "chart" | "image"; name: string; locked: string; found: string }>({
  id: "MW5111",
  name: "digest-differs",
  severity: "error",
  what: ({ kind, name, found, locked }) => `the ${kind} ${name} has the digest ${found}, and ${locked} is locked`,
  why: ({ kind }) => `it is not the ${kind} that was reviewed`,
  fix: () => "find out who changed it; if the change is meant, run `mesh lock` and review what it records",
});

export const chartUnavailable = defineCode<{ charts: readonly string[]; place: string; message: string }>({
  id: "MW5112",
  name: "chart-unavailable",
  severity: "error",
  what: ({ charts, place, message }) => `${charts.join(", ")} cannot be had from ${place}: ${message}`,
  why: () => "without it nothing can be installed",
  fix: () => "check the place, or keep the charts in a folder: `charts: { kind: folder, path: ... }`",
});

export const imagesNotLocked = defineCode<{ images: readonly string[]; release: string }>({
  id: "MW5113",
  name: "images-not-locked",
  severity: "error",
  what: ({ images, release }) =>
    `the lock file knows no digest of the images ${images.join(", ")} of release ${release}`,
  why: () => "a tag can be moved to another image any day",
  fix: () => "run `mesh lock` where their registry can be reached, and commit mesh.lock.json",
});

export const imageUnavailable = defineCode<{ images: readonly string[]; hub: string; message: string }>({
  id: "MW5114",
  name: "image-unavailable",
  severity: "error",
  what: ({ images, hub, message }) => `${images.join(", ")} cannot be asked for at ${hub}: ${message}`,
  why: () => "without a digest a node would run whatever the tag stands for that day",
  fix: () =>
    "check the registry, or name a mirror: `images: { hub: ... }`; where the images lie on the nodes already, say `pullPolicy: Never`",
});

export const chartsOfAnother = defineCode<{ release: string; charts: string }>({
  id: "MW5115",
  name: "charts-of-another-release",
  severity: "error",
  what: ({ release, charts }) => `release ${release} is to be installed, from the charts of release ${charts}`,
  why: () => "objects of one version of Istio would run images of another, which nobody has tested",
  fix: ({ release }) => `give the charts of ${release}, or install the release that they are of`,
});

export const unknownGateway = defineCode<{ name: string; nearest: string; known: readonly string[] }>({
  id: "MW5120",
  name: "unknown-gateway",
  severity: "error",
  what: ({ name, nearest }) => `the mesh has no gateway "${name}"${didYouMean(nearest)}`,
  why: () => "these settings would be used by nobody",
  fix: ({ known }) => (known.length === 0 ? "remove them" : `write one of ${known.join(", ")}`),
});

export const meshWideObject = defineCode<{ object: string; namespace: string; kind: "install" | "existing" }>({
  id: "MW5121",
  name: "mesh-wide-object",
  severity: "error",
  what: ({ object, namespace }) =>
    `${object} would hold for the whole mesh: it lies in its root namespace ${namespace}`,
  why: ({ kind }) =>
    kind === "existing"
      ? "the control plane belongs to somebody else, and so do the other workloads of the cluster"
      : "policies there decide about workloads of all namespaces, and the namespace would be made twice: for the control plane and for the mesh",
  fix: ({ namespace }) => `give the mesh namespaces of its own, other than ${namespace}`,
});

export const unknownSigner = defineCode<{ signer: number; roots: readonly string[] }>({
  id: "MW5122",
  name: "unknown-signer",
  severity: "error",
  what: ({ signer, roots }) => `root ${signer} is to sign, and the roots are ${roots.join(", ")}`,
  why: () => "certificates of a root that nobody trusts would cut every connection",
  fix: ({ roots }) => `write one of ${roots.join(", ")}, or add the root and let it be trusted first`,
});

export const rootTwice = defineCode<{ root: number; roots: readonly string[] }>({
  id: "MW5129",
  name: "root-twice",
  severity: "error",
  what: ({ root, roots }) => `root ${root} stands twice among the roots ${roots.join(", ")}`,
  why: () => "a number is one key and one certificate, and Pulumi refuses two resources of one name",
  fix: () => "list it once; a new root has a number of its own",
});

export const providerMissing = defineCode<{ component: string }>({
  id: "MW5123",
  name: "provider-missing",
  severity: "error",
  what: ({ component }) => `${component} was given no Kubernetes provider`,
  why: () => "it would deploy to whatever cluster the machine's kubeconfig happens to name",
  fix: () => "create a `kubernetes.Provider` for the cluster and pass it as `provider`",
});

export const engineNotInstalled = defineCode<{ engine: string; engines: readonly string[] }>({
  id: "MW5124",
  name: "engine-not-installed",
  severity: "error",
  what: ({ engine }) => `a stack cannot deploy ${engine} yet`,
  why: () => "half an installation would be worse than none",
  fix: ({ engines }) => `deploy with ${engines.join(", ")}`,
});

export const ownsNothing = defineCode<{ owner: string; nearest: string; known: readonly string[] }>({
  id: "MW5126",
  name: "owns-nothing",
  severity: "error",
  what: ({ owner, nearest }) => `nothing in the mesh belongs to "${owner}"${didYouMean(nearest)}`,
  why: () => "the stack would deploy nothing, and take away what it deployed before",
  fix: ({ known }) =>
    known.length === 0 ? "say in the mesh who owns what: `owner`" : `write one of ${known.join(", ")}`,
});

export const withoutOwner = defineCode<{ orphans: readonly string[] }>({
  id: "MW5127",
  name: "without-owner",
  severity: "error",
  what: ({ orphans }) => `these belong to nobody: ${orphans.join(", ")}`,
  why: () => "where each stack deploys what its team owns, no stack would deploy them",
  fix: () => "give them an `owner`; the mesh's `owner` has all that names none, and namespaces that several share",
});

export const foreignGateway = defineCode<{ name: string; owner: string }>({
  id: "MW5128",
  name: "foreign-gateway",
  severity: "error",
  what: ({ name, owner }) => `the gateway "${name}" does not belong to ${owner}, for whom this stack deploys`,
  why: () => "these settings would be used by nobody",
  fix: () => "remove them here; the stack of its owner has them",
});

export const notAStack = defineCode<{ message: string }>({
  id: "MW5125",
  name: "not-a-stack",
  severity: "error",
  what: ({ message }) => `these are no settings of a stack: ${message}`,
  why: () => "a stack file says what is deployed where",
  fix: () => "name a Pulumi.<stack>.yaml beside or below the Pulumi.yaml of its project",
});
