/**
 * What a release of the catalogue fixes: everything of an engine that has a version. The catalogue itself is stacks/releases; a digest
 * is in no release but in the lock file, because only who fetched something knows it.
 */
import type { IstioRelease } from "../engines/istio/versions.ts";
import type { CalendarDate } from "../values/calendar-date.ts";
import type { MinorRange } from "./version.ts";

export interface Release {
  /** Year and month: `2026.11`. */
  readonly name: string;
  /** The day on which its versions were put together. */
  readonly date: CalendarDate;
  readonly istio: IstioRelease;
  /** The CRDs of the Gateway API are one set for the whole cluster, so a release owns their version. */
  readonly gatewayApi: GatewayApiBundle;
  /** The Kubernetes that its engines run on. */
  readonly kubernetes: MinorRange & { readonly source: string };
  /** What is known not to work, in a user's words. */
  readonly limits: readonly string[];
}

export interface GatewayApiBundle {
  readonly version: string;
  readonly channel: "standard" | "experimental";
}

/** By name. */
export type ReleaseCatalogue = Readonly<Record<string, Release>>;
