/** The diagnostics of mutual TLS. */
import { defineCode } from "../../diagnostics/diagnostic.ts";

export const permissiveEnding = defineCode<{ until: string; days: number }>({
  id: "MW2110",
  name: "permissive-mtls-ending",
  severity: "warning",
  what: ({ until, days }) =>
    days < 0
      ? `plaintext was to be accepted until ${until}, which has passed`
      : `plaintext is accepted for ${days} more days, until ${until}`,
  why: () => "a migration without an end leaves the service open to anybody who reaches its port",
  fix: () => "move the remaining callers into the mesh and remove `permissive`, or set a later date",
});
