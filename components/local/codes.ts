/** The diagnostics of probes: they name what the mesh does not have. */

import { defineCode } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/did-you-mean.ts";

/** What a probe names. */
const PARTS = {
  asker: "somebody who asks",
  service: "a service",
  version: "a version",
  host: "a host",
  port: "a port",
  gateway: "a gateway",
  listener: "a listener",
} as const;

export type ProbePart = keyof typeof PARTS;

export const unknownInProbe = defineCode<{
  kind: ProbePart;
  name: string;
  nearest: string;
  known: readonly string[];
}>({
  id: "MW5050",
  name: "unknown-in-probe",
  severity: "error",
  what: ({ kind, name, nearest }) =>
    `the probe names "${name}" as ${PARTS[kind]}, which the mesh does not have${didYouMean(nearest)}`,
  why: () => "a request that cannot be sent proves nothing, least of all that somebody refuses it",
  fix: ({ kind, nearest, known }) => {
    if (nearest !== "") return `write "${nearest}"`;
    if (known.length === 0) return `declare the ${kind}, or leave it out`;
    return `write one of ${known.join(", ")}`;
  },
});
