/** Readers of what several sections of a mesh hold: ports and references to secrets. */
import { portSupport } from "../engines/port-support.ts";
import { covered, label, object, oneOf, port, record, text, union, variant } from "./read.ts";

const numbers = { number: port, target: port };
const portReader = union(
  {
    http: variant("http", numbers, { support: portSupport, required: ["number"] }),
    http2: variant("http2", numbers, { support: portSupport, required: ["number"] }),
    grpc: variant("grpc", numbers, { support: portSupport, required: ["number"] }),
    tcp: variant("tcp", numbers, { support: portSupport, required: ["number"] }),
    tls: variant("tls", numbers, { support: portSupport, required: ["number"] }),
  },
  portSupport,
);

export const ports = record(portReader, "label");

export const secretRef = covered(
  object(
    { kind: oneOf("secret-ref"), namespace: label, name: label, key: text },
    { required: ["kind", "namespace", "name", "key"] },
  ),
);
