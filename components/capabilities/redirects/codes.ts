/** The diagnostics of redirects. */
import { defineCode } from "../../diagnostics/diagnostic.ts";

export const emptyRedirect = defineCode({
  id: "MW1220",
  name: "empty-redirect",
  severity: "error",
  what: () => "this redirect changes nothing",
  why: () => "clients would be sent to the address they came from, again and again",
  fix: () => "give `scheme`, `host`, `port`, `path` or `prefix`",
});

export const pathAndPrefix = defineCode({
  id: "MW1221",
  name: "redirect-path-and-prefix",
  severity: "error",
  what: () => "a redirect sets both the whole path and its prefix",
  why: () => "only one of them can decide the new path",
  fix: () => "keep `path` or `prefix`",
});

export const redirectPrefixUnmatched = defineCode({
  id: "MW2220",
  name: "redirect-prefix-unmatched",
  severity: "error",
  what: () => "`prefix` replaces the matched prefix, and this route matches none",
  why: () => "there is nothing that could be replaced",
  fix: () => 'add a condition path("/…").andBelow(), or use `path`',
});
