/** Sidecars, as a component: which namespaces get them, from which control plane, and what each of them may see. */
import { core } from "@pulumi/kubernetes";
import { ComponentResource, type ComponentResourceOptions, type CustomResource } from "@pulumi/pulumi";
import { ownLabels } from "../engines/istio/ownership.ts";
import { childOptions } from "./child-options.ts";
import { createObjects, type RegisteredObjects } from "./create-objects.ts";
import { objectsOf, ownedNamespaces, type RenderedMesh } from "./rendered-mesh.ts";
import { requireProvider } from "./require-provider.ts";

export interface SidecarProxiesArgs {
  readonly mesh: RenderedMesh;
  /** The revision or tag of the control plane that injects them. */
  readonly revision: string;
  /** Whether the namespaces are made here or are there and only labelled. @default "create" */
  readonly namespaces?: "create" | "label" | undefined;
  readonly earlier?: RegisteredObjects | undefined;
}

/**
 * Injection by namespace, and the scope of every proxy. How much a proxy may use, and how traffic is captured, is one setting for all
 * of them and belongs to the control plane (`install({ size })`, the CNI plugin).
 *
 * @errors MW5123 no provider
 * @engines istio `Namespace.metadata.labels["istio.io/rev"]` · `Sidecar`
 */
export class SidecarProxies extends ComponentResource {
  /** By name. */
  readonly namespaces: ReadonlyMap<string, CustomResource>;
  readonly objects: RegisteredObjects;

  constructor(name: string, args: SidecarProxiesArgs, options: ComponentResourceOptions = {}) {
    requireProvider("SidecarProxies", options);
    const { mesh, revision, namespaces: how = "create", earlier } = args;
    const objects = objectsOf(mesh, "sidecars");
    super("meshwright:index:SidecarProxies", name, { mesh: mesh.ir.name, revision, namespaces: how }, options);
    const Resource = how === "create" ? core.v1.Namespace : core.v1.NamespacePatch;
    const own = how === "create" ? ownLabels(mesh.ir.name) : {};
    this.namespaces = new Map(
      ownedNamespaces(mesh, revision, own).map(({ metadata }) => [
        metadata.name,
        new Resource(`${name}/${metadata.name}`, { metadata }, childOptions(this, options)),
      ]),
    );
    this.objects = createObjects(name, objects, childOptions(this, options, [...this.namespaces.values()]), {
      earlier,
    });
    this.registerOutputs({ namespaces: [...this.namespaces.keys()], objects: objects.length });
  }
}
