/** From what was written to listeners. */

import { secretRef } from "../../contract/ports.ts";
import { host, list, port, type Read, record, union, variant } from "../../contract/read.ts";
import type { Report } from "../../diagnostics/report.ts";
import type { ModelPath } from "../../values/model-path.ts";
import { byText, sortedBy } from "../../values/order.ts";
import { emptyGateway, listenerClash } from "./codes.ts";
import type { ListenerIr } from "./ir.ts";
import { listenerSupport } from "./support.ts";

const listener = union(
  {
    http: variant("http", { port, hosts: list(host) }, { support: listenerSupport, required: ["port", "hosts"] }),
    https: variant(
      "https",
      { port, hosts: list(host), certificate: secretRef },
      { support: listenerSupport, required: ["port", "hosts", "certificate"] },
    ),
  },
  listenerSupport,
);

export const listeners = record(listener, "label");

/** A host that is served with TLS is never served without: its plain requests are redirected. */
export function normalizeListeners(
  written: Read<typeof listeners>,
  path: ModelPath,
  report: Report,
): readonly ListenerIr[] {
  const named = sortedBy(written, ([name]) => name);
  const secure = new Set(named.flatMap(([, item]) => (item.kind === "https" ? item.hosts : [])));
  const ports = new Map<number, string>();
  for (const [name, item] of named) {
    const at = { path: [...path, "listeners", name] };
    const other = ports.get(item.port);
    if (other !== undefined) report.add(listenerClash, { other, port: item.port }, at);
    if (item.hosts.length === 0) report.add(emptyGateway, { field: "hosts" }, { path: [...at.path, "hosts"] });
    ports.set(item.port, name);
  }
  if (named.length === 0) report.add(emptyGateway, { field: "listeners" }, { path: [...path, "listeners"] });
  return named.map(([name, item]): ListenerIr => {
    const hosts = [...new Set(item.hosts)].sort(byText);
    const tls = item.kind === "https" ? { tls: { certificate: item.certificate } } : {};
    return {
      name,
      port: item.port,
      hosts,
      redirected: item.kind === "http" ? hosts.filter((one) => secure.has(one)) : [],
      ...tls,
    };
  });
}
