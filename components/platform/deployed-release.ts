/** The release that this stack deployed last, from its own outputs: a downgrade is refused before it is tried. */
import { getOrganization, getProject, getStack, StackReference } from "@pulumi/pulumi";

/** Undefined: nothing is deployed yet. The stack exports its release as `release`. */
export async function deployedRelease(): Promise<string | undefined> {
  const name = `${getOrganization()}/${getProject()}/${getStack()}`;
  const { value } = await new StackReference("deployed", { name }).getOutputDetails("release");
  return typeof value === "string" ? value : undefined;
}
