/** Who is admitted and how peers prove who they are, as a component. */
import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi";
import { childOptions } from "./child-options.ts";
import { createObjects, type RegisteredObjects } from "./create-objects.ts";
import { objectsOf, type RenderedMesh } from "./rendered-mesh.ts";
import { requireProvider } from "./require-provider.ts";

export interface SecurityPoliciesArgs {
  readonly mesh: RenderedMesh;
  /** What other components of this program registered; objects that name it come after it. */
  readonly earlier?: RegisteredObjects | undefined;
}

/**
 * Mutual TLS and access: PeerAuthentication, RequestAuthentication, AuthorizationPolicy.
 *
 * @errors MW5123 no provider
 * @example new SecurityPolicies("shop", { mesh }, { provider })
 */
export class SecurityPolicies extends ComponentResource {
  readonly objects: RegisteredObjects;

  constructor(name: string, { mesh, earlier }: SecurityPoliciesArgs, options: ComponentResourceOptions = {}) {
    requireProvider("SecurityPolicies", options);
    const objects = objectsOf(mesh, "security");
    super("meshwright:index:SecurityPolicies", name, { mesh: mesh.ir.name, objects: objects.length }, options);
    this.objects = createObjects(name, objects, childOptions(this, options), { earlier });
    this.registerOutputs({ objects: objects.length });
  }
}
