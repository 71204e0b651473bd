/**
 * Workload identities as SPIFFE writes them: `spiffe://<trust domain>/ns/<namespace>/sa/<service account>`.
 * @source SPIFFE-ID 1.0, section 2: a trust domain is lower-case letters, digits, dots, dashes, underscores, at most 255
 */
export type SpiffeId = `spiffe://${string}`;

export const isTrustDomain = (text: string): boolean => /^[a-z0-9._-]{1,255}$/.test(text);

/** All parts have been checked before: nothing here can add a path segment. */
export const spiffeId = (trustDomain: string, namespace: string, serviceAccount: string): SpiffeId =>
  `spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;

/** What every identity of a trust domain begins with; the closing slash keeps `td` from matching `td2`. */
export const spiffePrefix = (trustDomain: string): SpiffeId => `spiffe://${trustDomain}/`;

export const trustDomainOf = (id: SpiffeId): string => id.slice(SCHEME.length, id.indexOf("/", SCHEME.length));

const SCHEME = "spiffe://";
