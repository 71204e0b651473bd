/** What a component hands on to its children. */
import type { ComponentResource, ComponentResourceOptions, Input, Resource } from "@pulumi/pulumi";

export interface ChildOptions {
  readonly parent: ComponentResource;
  readonly dependsOn: Input<Resource>[];
}

/** Pulumi applies a component's `dependsOn` to the component alone, which waits for nothing: its children must be told themselves. */
export const childOptions = (
  parent: ComponentResource,
  { dependsOn = [] }: ComponentResourceOptions,
  further: readonly Resource[] = [],
): ChildOptions => ({ parent, dependsOn: [...asList(dependsOn), ...further] });

/** An Output of a list is one dependency, which Pulumi opens by itself. */
const asList = (dependsOn: NonNullable<ComponentResourceOptions["dependsOn"]>): readonly Input<Resource>[] =>
  Array.isArray(dependsOn) ? dependsOn : [dependsOn as Input<Resource>];
