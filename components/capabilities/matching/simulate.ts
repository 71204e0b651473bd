/** Matching, asked of a request: everything that a route asks must hold. */
import {
  authorityCondition,
  cookieCondition,
  headerCondition,
  methodCondition,
  pathCondition,
  queryCondition,
} from "../../contract/condition.ts";
import type { Condition } from "../../contract/message.ts";
import type { ServiceId } from "../../ir/mesh-ir.ts";
import type { MatchingIr } from "./ir.ts";

/** In the order in which a person would look; whether a route matches does not depend on it. */
export const conditionsOf = (matching: MatchingIr): readonly Condition[] => [
  ...(matching.path === undefined ? [] : [pathCondition(matching.path)]),
  ...(matching.methods === undefined ? [] : [methodCondition(matching.methods)]),
  ...matching.headers.map(headerCondition),
  ...matching.query.map(queryCondition),
  ...matching.cookies.map(cookieCondition),
  ...(matching.authority === undefined ? [] : [authorityCondition(matching.authority)]),
  ...(matching.source === undefined ? [] : [sourceCondition(matching.source)]),
];

const sourceCondition = (source: ServiceId): Condition => ({
  text: `called by ${source.slice(source.lastIndexOf("/") + 1)}`,
  holds: (_message, caller) => caller === source,
});
