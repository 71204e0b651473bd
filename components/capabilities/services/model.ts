/** Services, as users write them: ports, versions, and the calls that everything else follows from. */
import type { Port } from "../../model/port.ts";

/** A call of one port: the same as `"key:port"`. */
export type Call<R extends string = string> = { readonly to: R; readonly port: string };

/** The rows of the support table. */
export type ServiceFields = {
  /** @default the mesh's namespace */
  readonly namespace?: string | undefined;
  /** The name in Kubernetes and DNS. @default the key */
  readonly name?: string | undefined;
  /** The account whose identity the workloads carry. @default the name */
  readonly serviceAccount?: string | undefined;
  /** The team that answers for it; a stack may deploy just what one team owns. @default the mesh's owner */
  readonly owner?: string | undefined;
  /** Other owners whose services and gateways may call it; its own may always. What belongs to nobody may where this is not written. @default none */
  readonly allowCallers?: readonly string[] | undefined;
  /** By name; callers of several ports name the one they mean. */
  readonly ports: Readonly<Record<string, Port>>;
  /** Versions that routes may tell apart. */
  readonly versions?: readonly string[] | undefined;
  /** The labels of each version's workloads. @default app: name, version: version */
  readonly selectors?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
  /**
   * The services and external services that it calls. Its proxy knows these and nothing else, and they admit it.
   *
   * @default none
   * @engines envoy clusters and routes of its proxy · istio `Sidecar.egress[].hosts` and `AuthorizationPolicy` · consul intentions
   */
  readonly calls?: readonly (string | Call)[] | undefined;
};
