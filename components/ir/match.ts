/** What is asked of a part of a request, in the IR: by routes and by rules of access alike. */

export type TextMatch =
  | { readonly kind: "exact"; readonly value: string }
  | { readonly kind: "prefix"; readonly value: string }
  | { readonly kind: "regex"; readonly regex: string }
  | { readonly kind: "present" }
  | { readonly kind: "absent" };

export type PathMatch =
  | { readonly kind: "exact"; readonly path: string }
  | { readonly kind: "prefix"; readonly path: string }
  | { readonly kind: "regex"; readonly regex: string };

export interface NamedMatch {
  readonly name: string;
  readonly match: TextMatch;
}
