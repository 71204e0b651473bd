/** The authorities and certificates of all meshes of a rig. Of each kind one: signing is what a start spends most on. */
import type { Authority, IssuedCertificate } from "../../../components/local/certificates.ts";
import { createAuthority } from "../../../components/local/certificates.ts";

export class KeyRing {
  readonly #authorities = new Map<string, Promise<Authority>>();
  readonly #leaves = new Map<string, Promise<IssuedCertificate>>();

  authority(trustDomain: string): Promise<Authority> {
    return known(this.#authorities, trustDomain, () => createAuthority({ trustDomain }));
  }

  workload(trustDomain: string, identity: string): Promise<IssuedCertificate> {
    return known(this.#leaves, identity, async () => (await this.authority(trustDomain)).issueWorkload(identity));
  }

  /** Signed by the one authority that plays the outside. */
  server(names: readonly string[]): Promise<IssuedCertificate> {
    return known(this.#leaves, names.join(" "), async () => (await this.outside()).issueServer(names));
  }

  outside(): Promise<Authority> {
    return this.authority("outside");
  }

  /** The right identity, signed by somebody else. */
  forged(trustDomain: string, identity: string): Promise<IssuedCertificate> {
    return known(this.#leaves, `forged ${identity}`, async () =>
      (await createAuthority({ trustDomain })).issueWorkload(identity),
    );
  }
}

function known<T>(all: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let made = all.get(key);
  if (made === undefined) all.set(key, (made = make()));
  return made;
}
