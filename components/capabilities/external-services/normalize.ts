/** From what was written to the IR. */
import { ports, secretRef } from "../../contract/ports.ts";
import { host, object, type Read, union, variant } from "../../contract/read.ts";
import type { ExternalTlsIr } from "./ir.ts";
import { externalSupport, externalTlsSupport } from "./support.ts";

const tls = union(
  {
    verified: variant("verified", { roots: secretRef }, { support: externalTlsSupport }),
    plaintext: variant("plaintext", {}, { support: externalTlsSupport }),
  },
  externalTlsSupport,
);

/** An entry of `externals`. */
export const external = object({ host, ports, tls }, { support: externalSupport, required: ["host", "ports"] });

export const normalizeExternalTls = (written: Read<typeof tls> | undefined): ExternalTlsIr =>
  written?.kind === "plaintext" ? { mode: "plaintext" } : { mode: "verified", roots: written?.roots ?? "system" };
