/** A route, as users write it: put together from what the slices own, each field checked against the targets of the mesh. */
import type { DirectResponseFields } from "../capabilities/direct-responses/model.ts";
import type { directResponseSupport } from "../capabilities/direct-responses/support.ts";
import type { FaultFields } from "../capabilities/fault-injection/model.ts";
import type { faultSupport } from "../capabilities/fault-injection/support.ts";
import type { HeaderChangesFields } from "../capabilities/header-changes/model.ts";
import type { headerChangesSupport } from "../capabilities/header-changes/support.ts";
import type { Condition, MatchingFields } from "../capabilities/matching/model.ts";
import type { conditionSupport, matchingSupport } from "../capabilities/matching/support.ts";
import type { RedirectFields } from "../capabilities/redirects/model.ts";
import type { redirectSupport } from "../capabilities/redirects/support.ts";
import type { RetryFields } from "../capabilities/retries/model.ts";
import type { retrySupport } from "../capabilities/retries/support.ts";
import type { RewriteFields } from "../capabilities/rewrites/model.ts";
import type { rewriteSupport } from "../capabilities/rewrites/support.ts";
import type { TimeoutFields } from "../capabilities/timeouts/model.ts";
import type { timeoutSupport } from "../capabilities/timeouts/support.ts";
import type { ToService, Weights } from "../capabilities/traffic-split/model.ts";
import type { Target } from "../engines/releases.ts";
import type { Supported } from "../engines/support.ts";

/** What routes of services and of gateways share. `T`: targets, `PS`: services and their ports. */
interface RouteCore<T extends Target, PS>
  extends Supported<MatchingFields, typeof matchingSupport, T>,
    Supported<TimeoutFields, typeof timeoutSupport, T> {
  /** What must hold of a request; a list when all of it must. @default every request */
  readonly when?: When<T, keyof PS & string> | readonly When<T, keyof PS & string>[] | undefined;
  readonly redirect?: Supported<RedirectFields, typeof redirectSupport, T> | undefined;
  readonly respond?: Supported<DirectResponseFields, typeof directResponseSupport, T> | undefined;
  readonly rewrite?: Supported<RewriteFields, typeof rewriteSupport, T> | undefined;
  readonly headers?: Supported<HeaderChangesFields, typeof headerChangesSupport, T> | undefined;
  readonly retries?: Supported<RetryFields, typeof retrySupport, T> | undefined;
  readonly fault?: Supported<FaultFields, typeof faultSupport, T> | undefined;
}

/** Any other service. An interface, so that the keys of `PS` are put together once and not for every service. */
interface AnyService<PS> {
  readonly to: ToService<keyof PS & string>;
}

type When<T extends Target, K extends string> = Supported<Condition<K>, typeof conditionSupport, T>;

/** A route of a service: `V` its versions, `P` its ports. */
export interface ServiceRoute<T extends Target, PS, V extends string, P> extends RouteCore<T, PS> {
  /** A version, weights of versions, or another service. @default the service itself, all versions alike */
  readonly to?: V | Weights<V> | AnyService<PS>["to"] | undefined;
  /** The port that the route is for. @default every port that speaks HTTP */
  readonly port?: P | undefined;
}

/** A route of a gateway. */
export interface GatewayRoute<T extends Target, PS, R extends string> extends RouteCore<T, PS> {
  /** A service, `"service:port"`, or versions of it: toService("web", { v1: 90, v2: 10 }) */
  readonly to?: R | AnyService<PS>["to"] | undefined;
  /** @default every host of the gateway */
  readonly hosts?: readonly string[] | undefined;
}
