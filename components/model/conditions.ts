/** What can be asked of a request: by the routes of a service or gateway, and by the rules of access. */

export type PathExact = { readonly kind: "path-exact"; readonly path: string };
/** Matches whole segments: `/api` matches `/api` and `/api/x`, never `/apix`. */
export type PathPrefix = { readonly kind: "path-prefix"; readonly path: string };
/** RE2, against the whole path. */
export type PathRegex = { readonly kind: "path-regex"; readonly regex: string };
export type MethodIs = { readonly kind: "method"; readonly methods: readonly string[] };
/** Of a header that occurs several times, one value that fits is enough. */
export type HeaderExact = { readonly kind: "header-exact"; readonly name: string; readonly value: string };
export type HeaderPrefix = { readonly kind: "header-prefix"; readonly name: string; readonly value: string };
export type HeaderRegex = { readonly kind: "header-regex"; readonly name: string; readonly regex: string };
export type HeaderPresent = { readonly kind: "header-present"; readonly name: string };
export type HeaderAbsent = { readonly kind: "header-absent"; readonly name: string };
export type QueryExact = { readonly kind: "query-exact"; readonly name: string; readonly value: string };
export type QueryRegex = { readonly kind: "query-regex"; readonly name: string; readonly regex: string };
export type QueryPresent = { readonly kind: "query-present"; readonly name: string };
export type CookieExact = { readonly kind: "cookie-exact"; readonly name: string; readonly value: string };
export type CookieRegex = { readonly kind: "cookie-regex"; readonly name: string; readonly regex: string };
/** The authority that the caller asked for, port included where it gave one; compared without case. */
export type AuthorityExact = { readonly kind: "authority-exact"; readonly value: string };
/** Calls of one service only. */
export type SourceIs<K extends string = string> = { readonly kind: "source"; readonly service: K };

// --- factories: plain data, shorter to write ------------------------------------------------------------------------

/** @example when: path("/cart").exactly() */
export const path = (value: string) => ({
  /** The path and nothing below it. */
  exactly: (): PathExact => ({ kind: "path-exact", path: value }),
  /** The path and everything below it, by whole segments. */
  andBelow: (): PathPrefix => ({ kind: "path-prefix", path: value }),
});

/** @example when: pathMatches("/v[0-9]+/items") */
export const pathMatches = (regex: string): PathRegex => ({ kind: "path-regex", regex });

/** @example when: method("GET", "HEAD") */
export const method = (...methods: readonly string[]): MethodIs => ({ kind: "method", methods });

/** @example when: header("x-beta").is("1") */
export const header = (name: string) => ({
  is: (value: string): HeaderExact => ({ kind: "header-exact", name, value }),
  startsWith: (value: string): HeaderPrefix => ({ kind: "header-prefix", name, value }),
  matches: (regex: string): HeaderRegex => ({ kind: "header-regex", name, regex }),
  isPresent: (): HeaderPresent => ({ kind: "header-present", name }),
  isAbsent: (): HeaderAbsent => ({ kind: "header-absent", name }),
});

/** @example when: query("debug").isPresent() */
export const query = (name: string) => ({
  is: (value: string): QueryExact => ({ kind: "query-exact", name, value }),
  matches: (regex: string): QueryRegex => ({ kind: "query-regex", name, regex }),
  isPresent: (): QueryPresent => ({ kind: "query-present", name }),
});

/** @example when: cookie("session").matches("test-.*") */
export const cookie = (name: string) => ({
  is: (value: string): CookieExact => ({ kind: "cookie-exact", name, value }),
  matches: (regex: string): CookieRegex => ({ kind: "cookie-regex", name, regex }),
});

/** @example when: authority("reviews.shop:9080") */
export const authority = (value: string): AuthorityExact => ({ kind: "authority-exact", value });

/** @example when: calledBy("web") */
export const calledBy = <const K extends string>(service: K): SourceIs<K> => ({ kind: "source", service });
