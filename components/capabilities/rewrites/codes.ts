/** The diagnostics of rewrites. */
import { defineCode } from "../../diagnostics/diagnostic.ts";

export const emptyRewrite = defineCode({
  id: "MW1230",
  name: "empty-rewrite",
  severity: "error",
  what: () => "this rewrite changes nothing",
  why: () => "its author believes that the service sees something else than the caller sent",
  fix: () => "give `path`, `prefix` or `host`, or remove `rewrite`",
});

export const rewritePathAndPrefix = defineCode({
  id: "MW1231",
  name: "rewrite-path-and-prefix",
  severity: "error",
  what: () => "a rewrite sets both the whole path and its prefix",
  why: () => "only one of them can decide the new path",
  fix: () => "keep `path` or `prefix`",
});

export const rewritePrefixUnmatched = defineCode({
  id: "MW2230",
  name: "rewrite-prefix-unmatched",
  severity: "error",
  what: () => "`prefix` replaces the matched prefix, and this route matches none",
  why: () => "there is nothing that could be replaced",
  fix: () => 'add a condition path("/…").andBelow(), or use `path`',
});
