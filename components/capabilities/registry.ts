/** All slices, by the point at which they attach. The only importer of slice indexes; order here has no meaning. */
import type {
  Capability,
  ProxyCapability,
  RouteCapability,
  SectionCapability,
  ServiceCapability,
} from "../contract/capability.ts";
import type { ProxySlots, RouteSlots, ServiceSlots } from "../ir/slots.ts";
import { access } from "./access/index.ts";
import { accessLogs } from "./access-logs/index.ts";
import { directResponses } from "./direct-responses/index.ts";
import { externalServices } from "./external-services/index.ts";
import { faultInjection } from "./fault-injection/index.ts";
import { gateways } from "./gateways/index.ts";
import { headerChanges } from "./header-changes/index.ts";
import { matching } from "./matching/index.ts";
import { mtls } from "./mtls/index.ts";
import { redirects } from "./redirects/index.ts";
import { requestMetrics } from "./request-metrics/index.ts";
import { retries } from "./retries/index.ts";
import { rewrites } from "./rewrites/index.ts";
import { services } from "./services/index.ts";
import { timeouts } from "./timeouts/index.ts";
import { trafficSplit } from "./traffic-split/index.ts";

/** One slice for every part of a route: a part without its slice does not compile. */
const bySlotOfRoute: { readonly [S in keyof Required<RouteSlots>]: RouteCapability<S> } = {
  matching,
  split: trafficSplit,
  redirect: redirects,
  respond: directResponses,
  rewrite: rewrites,
  headers: headerChanges,
  timeouts,
  retries,
  fault: faultInjection,
};
const bySlotOfService: { readonly [S in keyof ServiceSlots]: ServiceCapability<S> } = { mtls, access };
const bySlotOfProxy: { readonly [S in keyof ProxySlots]: ProxyCapability<S> } = { accessLogs, metrics: requestMetrics };

export const routeCapabilities = Object.values(bySlotOfRoute) as readonly unknown[] as readonly RouteCapability[];
export const serviceCapabilities = Object.values(bySlotOfService) as readonly unknown[] as readonly ServiceCapability[];
export const proxyCapabilities = Object.values(bySlotOfProxy) as readonly unknown[] as readonly ProxyCapability[];
export const sectionCapabilities: readonly SectionCapability[] = [services, gateways, externalServices];

export const capabilities: readonly Capability[] = [
  ...routeCapabilities,
  ...serviceCapabilities,
  ...proxyCapabilities,
  ...sectionCapabilities,
];
