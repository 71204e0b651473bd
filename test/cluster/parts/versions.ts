/**
 * Owns which real parts the tests against Kubernetes run, each pinned with the reason for that version.
 * A part is a program of a Go module: the checksum database of Go guards what is downloaded.
 */

export interface GoPart {
  /** Of the program. */
  readonly name: string;
  readonly module: string;
  readonly version: string;
  /** The folder of the program inside the module; absent: the module itself is the program. */
  readonly folder?: string;
  /** Version of the modules that the module's own go.mod takes from folders beside it, which a module elsewhere cannot. */
  readonly siblings?: string;
  /** Variables that the makers' own build sets; without them the program reports no version. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** The line that our reference cluster ran; Istio 1.31 asks for 1.32 or newer (istioctl/pkg/install/k8sversion). */
const KUBERNETES = "1.36.3";

const kubernetes = (name: string): GoPart => ({
  name,
  module: "k8s.io/kubernetes",
  version: `v${KUBERNETES}`,
  folder: `cmd/${name}`,
  siblings: `v0.${KUBERNETES.slice(2)}`,
  variables: {
    "k8s.io/component-base/version.gitVersion": `v${KUBERNETES}`,
    "k8s.io/component-base/version.gitMajor": "1",
    "k8s.io/component-base/version.gitMinor": KUBERNETES.split(".")[1] ?? "",
  },
});

/** The line of Istio that runs. */
export const ISTIO = "1.31";

/** Istio's release tags are no module versions, so this names a commit of the 1.31 line (its file VERSION says so). */
const istioModule = { module: "istio.io/istio", version: "v0.0.0-20260827124520-eed52ebb66ad" };

const istio = (name: string, folder: string): GoPart => ({
  ...istioModule,
  name,
  folder,
  variables: { "istio.io/istio/pkg/version.buildVersion": ISTIO },
});

/** What kubeadm installs with this Kubernetes (cmd/kubeadm/app/constants, DefaultEtcdVersion). */
const etcd: GoPart = { name: "etcd", module: "go.etcd.io/etcd/server/v3", version: "v3.6.8" };

/** What kubeadm installs with the Kubernetes before this one; any that speaks `EndpointSlice` will do. */
const coredns: GoPart = { name: "coredns", module: "github.com/coredns/coredns", version: "v1.12.4" };

/** In the order of need: what only some tests use comes last. */
export const goParts: readonly GoPart[] = [
  etcd,
  kubernetes("kube-apiserver"),
  istio("pilot-discovery", "pilot/cmd/pilot-discovery"),
  istio("istioctl", "istioctl/cmd/istioctl"),
  istio("pilot-agent", "pilot/cmd/pilot-agent"),
  kubernetes("kubelet"),
  kubernetes("kube-controller-manager"),
  kubernetes("kube-scheduler"),
  kubernetes("kube-proxy"),
  coredns,
  istio("install-cni", "cni/cmd/install-cni"),
  istio("istio-cni", "cni/cmd/istio-cni"),
  // What the bench of `up` is compared with.
  kubernetes("kubectl"),
];

/** A file that a module carries, or a folder of it whose `.yaml` files become one; taken as they are. */
export interface FilePart {
  readonly name: string;
  readonly module: string;
  readonly version: string;
  readonly path: string;
}

export const fileParts: readonly FilePart[] = [
  { ...istioModule, name: "istio-crds", path: "manifests/charts/base/files/crd-all.gen.yaml" },
  // From it pilot-agent makes the first configuration of its Envoy.
  { ...istioModule, name: "istio-bootstrap", path: "tools/packaging/common/envoy_bootstrap.json" },
  // The only line that Istio 1.31, Linkerd 2.20 and Consul 2.0 all document as accepted.
  { name: "gateway-api-crds", module: "sigs.k8s.io/gateway-api", version: "v1.5.1", path: "config/crd/standard" },
];
