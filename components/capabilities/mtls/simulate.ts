/** Mutual TLS, acted out: who gets a connection to a service's port at all. */
import { type SpiffeId, trustDomainOf } from "../../values/spiffe-id.ts";
import type { MtlsIr } from "./ir.ts";

/** What a client shows: nothing at all, a certificate of another authority or none, an identity of the mesh. */
export type Shown =
  | { readonly kind: "plaintext" }
  | { readonly kind: "stranger" }
  | { readonly kind: "identity"; readonly identity: SpiffeId };

/** Why there is no connection; `undefined` where there is one. */
export function refusal({ mode }: MtlsIr, shown: Shown, service: SpiffeId): string | undefined {
  switch (shown.kind) {
    case "plaintext":
      return mode === "permissive" ? undefined : "the service takes mutual TLS alone";
    case "stranger":
      return "it shows no certificate of the mesh";
    case "identity":
      return trustDomainOf(shown.identity) === trustDomainOf(service) ? undefined : "its trust domain is another";
  }
}
