/** Where requests go, as a component. */
import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi";
import { childOptions } from "./child-options.ts";
import { createObjects, type RegisteredObjects } from "./create-objects.ts";
import { objectsOf, type RenderedMesh } from "./rendered-mesh.ts";
import { requireProvider } from "./require-provider.ts";
import type { Settle } from "./settle.ts";

export interface RoutingPoliciesArgs {
  readonly mesh: RenderedMesh;
  /** What other components of this program registered; objects that name it come after it. */
  readonly earlier?: RegisteredObjects | undefined;
  /** Asked before routes lead where none led before, like `askIstiod`. @default waits 5 s and says that nobody has looked */
  readonly settle?: Settle | undefined;
}

/**
 * Routes, destinations and external services: VirtualService, DestinationRule, ServiceEntry.
 *
 * @errors MW5123 no provider
 * @example new RoutingPolicies("shop", { mesh }, { provider })
 */
export class RoutingPolicies extends ComponentResource {
  readonly objects: RegisteredObjects;

  constructor(name: string, { mesh, earlier, settle }: RoutingPoliciesArgs, options: ComponentResourceOptions = {}) {
    requireProvider("RoutingPolicies", options);
    const objects = objectsOf(mesh, "routing");
    super("meshwright:index:RoutingPolicies", name, { mesh: mesh.ir.name, objects: objects.length }, options);
    this.objects = createObjects(name, objects, childOptions(this, options), { earlier, settle });
    this.registerOutputs({ objects: objects.length });
  }
}
