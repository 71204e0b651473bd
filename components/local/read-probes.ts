/** The probes that a mesh file exports. They come from a user's program: what is no probe is left out, never half believed. */
import type { Probe } from "./probe.ts";

export const readProbes = (exported: unknown): readonly Probe[] =>
  Array.isArray(exported) ? exported.filter(isProbe) : [];

function isProbe(value: unknown): value is Probe {
  if (typeof value !== "object" || value === null) return false;
  const { name, from, url, expect } = value as Partial<Record<keyof Probe, unknown>>;
  const asks = typeof from === "string" || (typeof from === "object" && from !== null);
  return (
    typeof name === "string" &&
    asks &&
    typeof url === "string" &&
    URL.canParse(url) &&
    typeof expect === "object" &&
    expect !== null
  );
}
