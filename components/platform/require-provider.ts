/** Every component names its cluster: without a provider of its own it would take whatever the machine's kubeconfig points at. */
import { Provider } from "@pulumi/kubernetes";
import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { providerMissing } from "../deployment/codes.ts";
import { diagnose } from "../diagnostics/diagnostic.ts";
import { refuseErrors } from "./refuse.ts";

export function requireProvider(component: string, options: ComponentResourceOptions): void {
  const { provider, providers = [], parent } = options;
  const given = [provider, ...(Array.isArray(providers) ? providers : Object.values(providers))];
  if (given.some(Provider.isInstance) || parent?.getProvider("kubernetes:core/v1:Namespace") !== undefined) return;
  refuseErrors([diagnose(providerMissing, { component }, { path: [] })]);
}
