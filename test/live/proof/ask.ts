/** One request of a proof, as data: what a fixture keeps, what is sent as bytes, what the simulator is asked. */
import type { Message } from "../../../components/contract/message.ts";
import type { ServiceId } from "../../../components/ir/mesh-ir.ts";
import type { Asker, BackendAnswer, SimulatedRequest } from "../../../components/simulate/request.ts";

export type HeaderLines = readonly (readonly [name: string, value: string])[];

export interface Wire {
  readonly method: string;
  /** The path and the query, as they are written into the request line. */
  readonly target: string;
  readonly host: string;
  /** In this order and spelling. */
  readonly headers: HeaderLines;
}

export interface Ask {
  readonly from: Asker;
  /** The workload of the caller, where it has versions; or the one whose proxy is asked straight. */
  readonly version?: string | undefined;
  /** What a stranger shows: a certificate of somebody else's authority, or none. */
  readonly foreign?: boolean | undefined;
  readonly wire?: Wire | undefined;
  readonly connection?: { readonly to: string; readonly port: string } | undefined;
  /** How every workload of the mesh answers this request: first try, second, and so on. Absent: at once, with 200. */
  readonly answers?: readonly BackendAnswer[] | undefined;
  /** What a traffic split is to draw, modulo the sum of its weights. Absent: Envoy draws by itself. */
  readonly draw?: number | undefined;
  /** What the workloads' answers carry. */
  readonly carries: HeaderLines;
}

/** The bytes of an ask. `extra` are the proof's own headers. */
export const bytesOf = ({ method, target, host, headers }: Wire, extra: HeaderLines): string =>
  `${method} ${target} HTTP/1.1\r\nhost: ${host}\r\n${[...headers, ...extra].map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;

export function simulatedRequest(
  { from, wire, connection, answers }: Ask,
  extra: HeaderLines,
  services: readonly ServiceId[],
): SimulatedRequest {
  return {
    from,
    ...(wire && { message: messageOf(wire, extra) }),
    ...(connection && { connection }),
    ...(answers && { backends: services.map((service) => ({ service, answers })) }),
  };
}

function messageOf({ method, target, host, headers }: Wire, extra: HeaderLines): Message {
  const mark = target.indexOf("?");
  const [path, query] = mark === -1 ? [target, ""] : [target.slice(0, mark), target.slice(mark)];
  return { method, authority: host, path, query, headers: headerMap([...headers, ...extra]) };
}

/** By name in lower case; values apart, in order. */
export function headerMap(lines: HeaderLines): ReadonlyMap<string, readonly string[]> {
  const map = new Map<string, string[]>();
  for (const [name, value] of lines) {
    const key = name.toLowerCase();
    const known = map.get(key);
    // Blanks around a value belong to the line, not to the value (RFC 9110 5.5).
    const text = value.replace(/^[ \t]+|[ \t]+$/g, "");
    if (known === undefined) map.set(key, [text]);
    else known.push(text);
  }
  return map;
}
