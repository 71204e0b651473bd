/** A suite that needs real parts: their paths, or "skipped: why" for every test in it. */

import { skip } from "../skip.ts";
import { type FoundParts, findParts, type Parts } from "./parts/find-parts.ts";

export function describeWith<Name extends string>(
  title: string,
  names: readonly Name[],
  tests: (parts: () => Parts<Name>) => void,
  /** Of each test and hook, in milliseconds. @default mocha's */
  timeout?: number,
): void {
  describe(title, function () {
    if (timeout !== undefined) this.timeout(timeout);
    let found: FoundParts<Name> | undefined;
    before(async function () {
      found = await findParts(names);
      if (found.kind === "missing")
        skip(this, `no ${found.missing.join(", ")}; \`npm run test:cluster\` builds them and says why it cannot`);
    });
    tests(() => (found as Extract<FoundParts<Name>, { readonly kind: "found" }>).paths);
  });
}
