/** The release that this stack deployed last, from its own outputs: a downgrade is refused before it is tried. */
import { getOrganization, getProject, getStack, runtime } from "@pulumi/pulumi";

/**
 * Undefined: nothing is deployed yet. The stack exports its release as `release`. Asked of the engine, not by a `StackReference`: that is
 * a resource, which each `up` would change and each `refresh` report as drift.
 */
export async function deployedRelease(): Promise<string | undefined> {
  const name = `${getOrganization()}/${getProject()}/${getStack()}`;
  const answer: unknown = await runtime.invoke("pulumi:pulumi:readStackOutputs", { name });
  const { outputs = {} } = answer as { readonly outputs?: Readonly<Record<string, unknown>> };
  return typeof outputs.release === "string" ? outputs.release : undefined;
}
