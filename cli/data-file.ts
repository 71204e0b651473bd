/** A file of plain data, read without running anything. */
import type { Finding } from "../components/diagnostics/finding.ts";
import type { Locate } from "./text-places.ts";

export type DataFile =
  | { readonly kind: "read"; readonly data: unknown; readonly locate: Locate }
  | { readonly kind: "failed"; readonly findings: readonly Finding[] };
