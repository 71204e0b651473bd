/** The diagnostics of header changes. */
import { defineCode } from "../../diagnostics/diagnostic.ts";

export const protectedHeader = defineCode<{ name: string }>({
  id: "MW1250",
  name: "protected-header",
  severity: "error",
  what: ({ name }) => `"${name}" belongs to the proxies`,
  why: () => "it carries identity, routing or framing; changing it would break them or forge them",
  fix: () => "use another header, or `rewrite.host` for the authority",
});

export const headerTwice = defineCode<{ name: string }>({
  id: "MW1251",
  name: "header-twice",
  severity: "error",
  what: ({ name }) => `"${name}" is changed twice in one direction`,
  why: () => "engines apply changes in different orders, so the outcome would differ",
  fix: () => "keep one change of this header",
});
