/** The flags of a request → what the simulator is asked. Names are judged where the mesh is known. */
import type { BackendAnswer } from "../components/simulate/request.ts";
import type { BackendSpec, RequestSpec } from "../components/simulate/spec.ts";
import { parseDuration } from "../components/values/duration.ts";

type HeaderLine = readonly [name: string, value: string];

export interface RequestFlags {
  readonly from: string;
  readonly to: string;
  readonly path?: string;
  readonly method: string;
  readonly header: readonly HeaderLine[];
  readonly cookie: readonly string[];
  readonly host?: string;
  readonly gateway?: string;
  readonly random?: number;
  readonly failing: readonly BackendSpec[];
}

export const readRequest = ({ header, cookie, failing, ...flags }: RequestFlags): RequestSpec => ({
  ...{ from: flags.from, to: flags.to, gateway: flags.gateway },
  ...{ path: flags.path, method: flags.method, host: flags.host, random: flags.random },
  headers: cookie.length === 0 ? header : [...header, ["cookie", cookie.join("; ")]],
  backends: failing,
});

/** `x-beta: 1`; `undefined` without a colon. */
export function readHeader(line: string): HeaderLine | undefined {
  const colon = line.indexOf(":");
  return colon < 0 ? undefined : [line.slice(0, colon), line.slice(colon + 1).trim()];
}

/** `reviews@v2=503,reset,200+3s`: what the first, the second and every further try get; `undefined` for anything else. */
export function readBackend(text: string): BackendSpec | undefined {
  const [, service, version, said = "503"] = /^([^@=]+)(?:@([^=]+))?(?:=(.*))?$/.exec(text) ?? [];
  const answers = said.split(",").map(readAnswer);
  if (service === undefined || !answers.every((answer) => answer !== undefined)) return undefined;
  return { service, version, answers };
}

function readAnswer(text: string): BackendAnswer | undefined {
  if (text === "reset") return { kind: "reset" };
  const [, status, length] = /^([2-5]\d\d)(?:\+(.*))?$/.exec(text) ?? [];
  const after = length === undefined ? undefined : parseDuration(length);
  if (status === undefined || (length !== undefined && after === undefined)) return undefined;
  return { kind: "status", status: Number(status), ...(after === undefined ? {} : { after }) };
}
