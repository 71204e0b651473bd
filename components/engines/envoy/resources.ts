/** Builders of the small Envoy messages that several slices use. No strings are put together but by these. */

import type { PathMatch, TextMatch } from "../../ir/match.ts";
import type { Milliseconds } from "../../values/duration.ts";
import type { JsonObject } from "../../values/json.ts";
import type { PartsPerMillion } from "../../values/percent.ts";
import { quoteRegex } from "../../values/regex.ts";
import type { HttpFilterId } from "./order.ts";
import type { AddSlots, EnvoyFragment, SetSlots } from "./slots.ts";

/** The `@type` of a v3 message. */
export const typeUrl = (type: string): string => `type.googleapis.com/${type}`;

/** `google.protobuf.Any` of a v3 message. What every proxy has begins with its `typeUrl` instead: that saves a copy. */
export const typed = (type: string, message: JsonObject = {}): JsonObject => ({ "@type": typeUrl(type), ...message });

/** `google.protobuf.Duration` in JSON. */
export const protoDuration = (length: Milliseconds): string => `${length / 1_000}s`;

/** A timeout of a route: 0 is none. */
export const protoTimeout = (length: Milliseconds | null): string => (length === null ? "0s" : protoDuration(length));

/** `envoy.type.v3.FractionalPercent`, exact to a millionth. */
export const sharePercent = (share: PartsPerMillion): JsonObject => ({ numerator: share, denominator: "MILLION" });

/** `RegexMatcher`; Envoy matches the whole subject. */
export const regexMatcher = (regex: string): JsonObject => ({ regex });

export const set = <K extends keyof SetSlots>(slot: K, value: SetSlots[K]): EnvoyFragment =>
  ({ op: "set", slot, value }) as EnvoyFragment;

export const add = <K extends keyof AddSlots>(slot: K, id: string, value: AddSlots[K]): EnvoyFragment =>
  ({ op: "add", slot, id, value }) as EnvoyFragment;

export const requireFilter = (filter: HttpFilterId): EnvoyFragment => ({ op: "require", filter });

export const perFilter = (filter: HttpFilterId, config: JsonObject): EnvoyFragment => ({
  op: "route-filter",
  filter,
  config,
});

/**
 * Replaces the matched prefix, whole segments only. Removing `/api` by `/` must turn `/api` and `/api/x` into `/` and `/x`:
 * Envoy's own `prefix_rewrite` would make `//x` of it, so that case is a regex.
 */
export const prefixReplacement = (path: PathMatch | undefined, replacement: string): JsonObject => {
  const matched = path?.kind === "prefix" ? path.path : "/";
  const target = replacement.replace(/\/$/, "");
  if (matched === "/") return { prefix_rewrite: `${target}/` };
  if (target !== "") return { prefix_rewrite: target };
  return { regex_rewrite: { pattern: regexMatcher(`^${quoteRegex(matched)}/*`), substitution: "/" } };
};

/** What a header, query or cookie matcher asks of the value: presence, absence, or a `StringMatcher`. */
export function matcher(match: TextMatch): JsonObject {
  switch (match.kind) {
    case "exact":
      return { string_match: { exact: match.value } };
    case "prefix":
      return { string_match: { prefix: match.value } };
    case "regex":
      return { string_match: { safe_regex: regexMatcher(match.regex) } };
    case "present":
      return { present_match: true };
    case "absent":
      return { present_match: false };
  }
}

export const inboundHttp = (port: string, filter: HttpFilterId, config: JsonObject): EnvoyFragment => ({
  op: "inbound-http",
  port,
  filter,
  config,
});

export const inboundChain = (port: string, id: string, config: JsonObject): EnvoyFragment => ({
  op: "inbound-chain",
  port,
  id,
  config,
});

export const inboundLog = (port: string, id: string, config: JsonObject): EnvoyFragment => ({
  op: "inbound-log",
  port,
  id,
  config,
});

export const inboundTcp = (port: string, id: string, config: JsonObject): EnvoyFragment => ({
  op: "inbound-tcp",
  port,
  id,
  config,
});

/**
 * A file that Envoy watches. Relative, so that a proxy's folder can stand anywhere (Envoy runs inside it), and with
 * `watched_directory`, without which an atomic move may go unnoticed (engines.md C1).
 */
export const fileSource = (path: string): JsonObject => ({
  resource_api_version: "V3",
  path_config_source: {
    path,
    watched_directory: { path: path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "." },
  },
});
