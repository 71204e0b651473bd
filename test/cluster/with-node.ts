/** A suite that needs a node of its own, or "skipped: why" for every test in it. */

import { skip } from "../skip.ts";
import { whyNoNode } from "./node/machine.ts";
import type { Parts } from "./parts/find-parts.ts";
import { describeWith } from "./with-parts.ts";

export function describeWithNode<Name extends string>(
  title: string,
  names: readonly Name[],
  tests: (parts: () => Parts<Name>) => void,
): void {
  describeWith(title, names, (parts) => {
    before(async function () {
      const reason = await whyNoNode();
      if (reason !== undefined) skip(this, reason);
    });
    tests(parts);
  });
}
