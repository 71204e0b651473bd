/** Listeners of gateways in the IR. */
import type { Host } from "../../values/host.ts";
import type { PortNumber } from "../../values/port.ts";
import type { SecretRef } from "../../values/secret-ref.ts";

export interface ListenerIr {
  readonly name: string;
  readonly port: PortNumber;
  /** Sorted. */
  readonly hosts: readonly Host[];
  /** Hosts that only send the client to https. */
  readonly redirected: readonly Host[];
  readonly tls?: { readonly certificate: SecretRef };
}
