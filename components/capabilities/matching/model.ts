/** Which requests a route is for, as users write it: `when`, and `priority` where two routes would tie. */
import type {
  AuthorityExact,
  CookieExact,
  CookieRegex,
  HeaderAbsent,
  HeaderExact,
  HeaderPrefix,
  HeaderPresent,
  HeaderRegex,
  MethodIs,
  PathExact,
  PathPrefix,
  PathRegex,
  QueryExact,
  QueryPresent,
  QueryRegex,
  SourceIs,
} from "../../model/conditions.ts";

/**
 * One thing that must hold. A list of conditions holds when all of them do; for "or", write two routes.
 *
 * @engines envoy `RouteMatch` · istio `VirtualService.http[].match[]` · linkerd and Gateway API `matches[]` · consul `ServiceRouter.match.http`
 */
export type Condition<K extends string = string> =
  | PathExact
  | PathPrefix
  | PathRegex
  | MethodIs
  | HeaderExact
  | HeaderPrefix
  | HeaderRegex
  | HeaderPresent
  | HeaderAbsent
  | QueryExact
  | QueryRegex
  | QueryPresent
  | CookieExact
  | CookieRegex
  | AuthorityExact
  | SourceIs<K>;

/** The fields of a route that this slice owns. */
export type MatchingFields = {
  /**
   * Decides between two routes that could both match and are equally specific, and where a regex overlaps another path.
   * The higher number is tried first; position never matters.
   *
   * @default 0
   */
  readonly priority?: number | undefined;
};
