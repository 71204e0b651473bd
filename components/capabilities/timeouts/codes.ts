/** The diagnostics of timeouts. */
import { defineCode } from "../../diagnostics/diagnostic.ts";

export const perTryTooLong = defineCode<{ perTry: string; request: string }>({
  id: "MW2260",
  name: "per-try-timeout-too-long",
  severity: "error",
  what: ({ perTry, request }) => `one try may take ${perTry}, the whole request only ${request}`,
  why: () => "the request would end before the first try does, so no retry would ever happen",
  fix: ({ request }) => `make \`perTryTimeout\` shorter than ${request}, or \`timeout\` longer`,
});
