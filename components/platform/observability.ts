/** What is told about requests, as a component. */
import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi";
import { childOptions } from "./child-options.ts";
import { createObjects, type RegisteredObjects } from "./create-objects.ts";
import { objectsOf, type RenderedMesh } from "./rendered-mesh.ts";
import { requireProvider } from "./require-provider.ts";

export interface ObservabilityArgs {
  readonly mesh: RenderedMesh;
  /** What other components of this program registered; objects that name it come after it. */
  readonly earlier?: RegisteredObjects | undefined;
}

/**
 * Access logs and metrics: Telemetry.
 *
 * @errors MW5123 no provider
 * @example new Observability("shop", { mesh }, { provider })
 */
export class Observability extends ComponentResource {
  readonly objects: RegisteredObjects;

  constructor(name: string, { mesh, earlier }: ObservabilityArgs, options: ComponentResourceOptions = {}) {
    requireProvider("Observability", options);
    const objects = objectsOf(mesh, "observability");
    super("meshwright:index:Observability", name, { mesh: mesh.ir.name, objects: objects.length }, options);
    this.objects = createObjects(name, objects, childOptions(this, options), { earlier });
    this.registerOutputs({ objects: objects.length });
  }
}
