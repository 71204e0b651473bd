/** Where a secret is kept; never what it holds. Secrets enter a mesh only this way. */
export interface SecretRef {
  readonly kind: "secret-ref";
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
}

/** @example `certificate: secretRef("shop", "shop-example-com", "tls")` */
export const secretRef = (namespace: string, name: string, key: string): SecretRef => ({
  kind: "secret-ref",
  namespace,
  name,
  key,
});
