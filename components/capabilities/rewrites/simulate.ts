/** Rewrites, acted out: the query stays. */
import type { Message } from "../../contract/message.ts";
import { replacePrefix } from "../../contract/prefix.ts";
import type { PathMatch } from "../../ir/match.ts";
import type { RewriteIr } from "./ir.ts";

export function simulateRewrite(
  message: Message,
  { path, prefix, host }: RewriteIr,
  matched: PathMatch | undefined,
): Message {
  return {
    ...message,
    ...(host === undefined ? {} : { authority: host }),
    ...(path === undefined ? {} : { path }),
    ...(prefix === undefined ? {} : { path: replacePrefix(message.path, matched, prefix) }),
  };
}
