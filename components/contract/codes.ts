/** The diagnostics of reading a mesh: shape, units, names, and what an engine of the targets cannot do. */

import { defineCode } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/did-you-mean.ts";

export const wrongType = defineCode<{ expected: string; found: string }>({
  id: "MW1001",
  name: "wrong-type",
  severity: "error",
  what: ({ expected, found }) => `expected ${expected}, found ${found}`,
  why: () => "a value of another shape has no meaning here, and nothing is guessed",
  fix: ({ expected }) => `write ${expected}`,
});

export const unknownKey = defineCode<{ key: string; allowed: readonly string[]; nearest: string }>({
  id: "MW1002",
  name: "unknown-key",
  severity: "error",
  what: ({ key, nearest }) => `there is no "${key}" here${didYouMean(nearest)}`,
  why: () => "a key that nobody reads would silently do nothing",
  fix: ({ key, nearest, allowed }) =>
    nearest === "" ? `remove "${key}"; known here: ${allowed.join(", ")}` : `write "${nearest}", or remove "${key}"`,
});

export const missingKey = defineCode<{ key: string }>({
  id: "MW1003",
  name: "missing-key",
  severity: "error",
  what: ({ key }) => `"${key}" is missing`,
  why: () => "it has no default that would be right for everybody",
  fix: ({ key }) => `add "${key}"`,
});

export const wrongName = defineCode<{ rule: string }>({
  id: "MW1004",
  name: "wrong-name",
  severity: "error",
  what: ({ rule }) => `this is no name: ${rule}`,
  why: () => "names become DNS labels, certificates, statistics and Kubernetes objects, which accept no others",
  fix: ({ rule }) => `rename it to ${rule}`,
});

export const notPlain = defineCode<{ found: string }>({
  id: "MW1005",
  name: "not-plain",
  severity: "error",
  what: ({ found }) => `${found} stands where a plain value belongs`,
  why: () => "a mesh is plain data: it is checked, simulated and compared before anything is deployed",
  fix: () => "put the value itself here, or make it a parameter of the mesh that the stack supplies",
});

export const tooLarge = defineCode<{ limit: string; found: string }>({
  id: "MW1006",
  name: "too-large",
  severity: "error",
  what: ({ limit, found }) => `${found} is more than ${limit}`,
  why: () => "beyond this size it is almost surely no mesh but something else",
  fix: ({ limit }) => `keep it within ${limit}`,
});

/** `later`: the target of the releases that can, or nothing. */
export const unsupported = defineCode<{ engine: string; why: string; later: string }>({
  id: "MW3000",
  name: "unsupported",
  severity: "error",
  what: ({ engine, why }) => `${engine} cannot do this: ${why}`,
  why: () => "in that environment it would silently do nothing",
  fix: ({ engine, later }) => {
    const others = `remove it, drop ${engine} from \`targets\`, or accept the loss here: lossy({ "${engine}": "reason" }, ...)`;
    return later === "" ? others : `write "${later}" in \`targets\` where nothing older is in use; else ${others}`;
  },
});

export const partlySupported = defineCode<{ engine: string; loses: string }>({
  id: "MW3001",
  name: "partly-supported",
  severity: "note",
  what: ({ engine, loses }) => `${engine} does this in part: ${loses}`,
  why: () => "the environments of this mesh will differ in this point",
  fix: () => "nothing, if the difference is acceptable",
});

export const lossAccepted = defineCode<{ engine: string; why: string; reason: string }>({
  id: "MW3002",
  name: "loss-accepted",
  severity: "note",
  what: ({ engine, why, reason }) => `left out on ${engine} (${why}), accepted because: ${reason}`,
  why: () => "an accepted loss stays visible in every report",
  fix: () => "nothing, as long as the reason holds",
});

export const unsupportedValue = defineCode<{ engine: string; why: string }>({
  id: "MW3004",
  name: "unsupported-value",
  severity: "error",
  what: ({ engine, why }) => `${engine} cannot do this as it is written: ${why}`,
  why: () => "it would be refused there, or mean something else",
  fix: ({ engine }) => `write it another way, or drop ${engine} from \`targets\``,
});

export const lossUnfounded = defineCode<{ engine: string }>({
  id: "MW3003",
  name: "loss-unfounded",
  severity: "error",
  what: ({ engine }) => `a loss is accepted for ${engine}, which loses nothing here`,
  why: () => "a stale acceptance would hide the next, real loss",
  fix: ({ engine }) => `take ${engine} out of \`lossy\``,
});
