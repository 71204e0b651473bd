/** From rules and callers to policies per port. */
import type { ServicePlace } from "../../contract/capability.ts";
import { headerValue, seenPath, token } from "../../contract/http.ts";
import {
  date,
  type Fields,
  label,
  list,
  object,
  oneOf,
  type Read,
  type Reader,
  record,
  regex,
  text,
  union,
  variant,
} from "../../contract/read.ts";
import type { NamedMatch, PathMatch } from "../../ir/match.ts";
import type { CallerIr } from "../../ir/mesh-ir.ts";
import { type PortIr, speaksHttp } from "../../ir/port.ts";
import { nearest } from "../../values/name.ts";
import { distinct, sortedBy } from "../../values/order.ts";
import { callerWithoutCall, emptyRuleList, requestRuleOnTcp, unknownCaller, unknownRulePort } from "./codes.ts";
import { type AccessIr, type AllowIr, DECLARED_CALLS, type PolicyIr, type PortAccessIr } from "./ir.ts";
import { accessSupport, namespaceSupport } from "./support.ts";

type Caller = string | { readonly kind: "namespace"; readonly namespace: string };

const inNamespace = object({ kind: oneOf("namespace"), namespace: label }, { required: ["kind", "namespace"] });
const caller: Reader<Caller> = (value, at) => (typeof value === "string" ? text(value, at) : inNamespace(value, at));

/** Every field of a condition is required, and has a row of its own. */
const asking = <const K extends string, const F extends Fields>(kind: K, fields: F) =>
  variant(kind, fields, { support: accessSupport, required: Object.keys(fields) as (keyof F)[] });

const pathCondition = union(
  {
    "path-exact": asking("path-exact", { path: seenPath }),
    "path-prefix": asking("path-prefix", { path: seenPath }),
    "path-regex": asking("path-regex", { regex }),
  },
  accessSupport,
);

const headerCondition = union(
  {
    "header-exact": asking("header-exact", { name: token, value: headerValue }),
    "header-prefix": asking("header-prefix", { name: token, value: headerValue }),
    "header-regex": asking("header-regex", { name: token, regex }),
    "header-present": asking("header-present", { name: token }),
  },
  accessSupport,
);

const ruleFields = {
  from: list(caller),
  port: label,
  methods: list(token),
  paths: list(pathCondition),
  headers: list(headerCondition),
};
const rule = union(
  {
    allow: variant("allow", ruleFields, { support: accessSupport }),
    deny: variant("deny", ruleFields, { support: accessSupport }),
  },
  accessSupport,
);

type Rule = Read<typeof rule>;

/** The field of a service that this slice owns. */
export const field = record(rule);

/** What a mesh says of a namespace. */
export const namespace = object({ enforcement: oneOf("audit", "enforce"), until: date }, { support: namespaceSupport });

export function normalizeAccess(rules: ReadonlyMap<string, Rule> = new Map(), place: ServicePlace): AccessIr {
  const named = sortedBy(rules, ([name]) => name);
  for (const [name, written] of named) checkRule(name, written, place);
  const { service, directory } = place;
  return {
    enforcement: directory.enforcementIn(service.namespace),
    ports: service.ports.map((port) => portAccess(port, named, place)),
  };
}

function portAccess(port: PortIr, rules: readonly (readonly [string, Rule])[], place: ServicePlace): PortAccessIr {
  const callers = place.callers.filter((item) => item.port === port.name);
  const here = rules.filter(([, written]) => concerns(written, port));
  const narrowed = new Set<string>();
  const allow: AllowIr[] = [];
  for (const [name, written] of here.filter(([, item]) => item.kind === "allow")) {
    const admitted = callers.filter((item) => speaksOf(written, item));
    for (const item of admitted) narrowed.add(item.from);
    if (admitted.length > 0) allow.push({ ...policy(name, written, place), from: identities(admitted) });
  }
  const free = narrowed.size === 0 ? callers : callers.filter((item) => !narrowed.has(item.from));
  if (free.length > 0) allow.push({ name: DECLARED_CALLS, path: place.path, from: identities(free), headers: [] });
  const deny = here
    .filter(([, written]) => written.kind === "deny")
    .flatMap(([name, written]) => denial(name, written, callers, place));
  return { port: port.name, deny, allow: sortedBy(allow, ({ name }) => name) };
}

/** Callers that declare no call are refused anyway: a denial names those that do, or everybody. */
function denial(name: string, written: Rule, callers: readonly CallerIr[], place: ServicePlace): PolicyIr[] {
  if (written.from === undefined) return [policy(name, written, place)];
  const refused = callers.filter((item) => speaksOf(written, item));
  return refused.length === 0 ? [] : [{ ...policy(name, written, place), from: identities(refused) }];
}

const identities = (callers: readonly CallerIr[]) => distinct(callers.map(({ identity }) => identity));

const looksIntoRequests = ({ methods, paths, headers }: Rule): boolean => (methods ?? paths ?? headers) !== undefined;

const concerns = (written: Rule, port: PortIr): boolean =>
  (written.port === undefined || written.port === port.name) && (speaksHttp(port) || !looksIntoRequests(written));

const speaksOf = ({ from }: Rule, { key, namespace }: CallerIr): boolean =>
  from === undefined || from.some((item) => (typeof item === "string" ? item === key : item.namespace === namespace));

function policy(name: string, { methods, paths, headers = [] }: Rule, place: ServicePlace): PolicyIr {
  return {
    name,
    path: [...place.path, "access", name],
    ...(methods && { methods: distinct(methods.map((item) => item.toUpperCase())) }),
    ...(paths && { paths: paths.map(pathMatch) }),
    headers: sortedBy(headers.map(headerMatch), (item) => JSON.stringify(item)),
  };
}

function pathMatch(item: Read<typeof pathCondition>): PathMatch {
  if (item.kind === "path-regex") return { kind: "regex", regex: item.regex };
  if (item.kind === "path-exact") return { kind: "exact", path: item.path };
  return { kind: "prefix", path: item.path === "/" ? "/" : item.path.replace(/\/$/, "") };
}

function headerMatch(item: Read<typeof headerCondition>): NamedMatch {
  const name = item.name.toLowerCase();
  switch (item.kind) {
    case "header-exact":
      return { name, match: { kind: "exact", value: item.value } };
    case "header-prefix":
      return { name, match: { kind: "prefix", value: item.value } };
    case "header-regex":
      return { name, match: { kind: "regex", regex: item.regex } };
    case "header-present":
      return { name, match: { kind: "present" } };
  }
}

// --- references ----------------------------------------------------------------------------------------------------

function checkRule(name: string, written: Rule, place: ServicePlace): void {
  const path = [...place.path, "access", name];
  for (const field of ["from", "methods", "paths", "headers"] as const) {
    if (written[field]?.length === 0) place.report.add(emptyRuleList, { field }, { path: [...path, field], got: [] });
  }
  for (const [index, item] of (written.from ?? []).entries())
    checkCaller(item, written, [...path, "from", index], place);
  if (written.port === undefined) return;
  const port = place.service.ports.find((item) => item.name === written.port);
  const known = place.service.ports.map((item) => item.name);
  if (port === undefined)
    place.report.add(unknownRulePort, { port: written.port, known }, { path: [...path, "port"], got: written.port });
  else if (looksIntoRequests(written) && !speaksHttp(port))
    place.report.add(requestRuleOnTcp, { port: port.name }, { path });
}

function checkCaller(
  item: Caller,
  written: Rule,
  path: readonly (string | number)[],
  { report, directory, callers, service }: ServicePlace,
): void {
  if (typeof item !== "string") {
    if (!directory.namespace(item.namespace))
      report.add(
        unknownCaller,
        { caller: `namespace "${item.namespace}"`, nearest: "" },
        { path, got: item.namespace },
      );
    return;
  }
  const known = directory.service(item) !== undefined || callers.some(({ key }) => key === item);
  if (!known)
    report.add(
      unknownCaller,
      { caller: `service "${item}"`, nearest: nearest(item, directory.serviceKeys()) ?? "" },
      { path, got: item },
    );
  else if (written.kind === "allow" && !callers.some(({ key }) => key === item)) {
    report.add(callerWithoutCall, { caller: `"${item}"`, service: service.key }, { path, got: item });
  }
}
