/** TLS towards external services in the IR. */
import type { SecretRef } from "../../values/secret-ref.ts";

export type ExternalTlsIr =
  | { readonly mode: "verified"; readonly roots: "system" | SecretRef }
  | { readonly mode: "plaintext" };
