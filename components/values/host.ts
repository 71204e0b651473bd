/**
 * Host names: compared without case, held in lower case and ASCII (RFC 5890), without port and trailing dot.
 */
import { domainToASCII } from "node:url";

/** A host name in its one canonical spelling. */
export type Host = string & { readonly "~kind": "host" };

const NAME = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Reads a host name; no wildcard, no address, no port. `undefined` where it is none. */
export function parseHost(text: string): Host | undefined {
  if (text.length > 253 || /[\s/:@?#%[\]\\*]/.test(text)) return undefined;
  const name = text.replace(/\.$/, "");
  const ascii = isCanonical(name) ? name : domainToASCII(name);
  const isAddress = /^[\d.]+$/.test(ascii);
  return ascii !== "" && !isAddress && ascii.length <= 253 && NAME.test(ascii) ? (ascii as Host) : undefined;
}

/** Nothing to convert, as in most meshes: the first use of Unicode's tables costs 40 ms. A last label of digits could be an address. */
const isCanonical = (name: string): boolean =>
  NAME.test(name) && !name.includes("xn--") && !/(?:^|\.)\d[^.]*$/.test(name);
