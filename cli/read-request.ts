/** The flags of a request → what the simulator is asked. Their text is judged where the mesh is known. */
import type { BackendAnswer } from "../components/simulate/request.ts";
import type { BackendSpec, RequestSpec } from "../components/simulate/spec.ts";

export interface RequestFlags {
  readonly from: string;
  readonly to: string;
  readonly path?: string;
  readonly method: string;
  readonly header: readonly string[];
  readonly cookie: readonly string[];
  readonly host?: string;
  readonly random?: number;
  readonly failing: readonly string[];
}

export const readRequest = ({
  from,
  to,
  path,
  method,
  header,
  cookie,
  host,
  random,
  failing,
}: RequestFlags): RequestSpec => ({
  from,
  to,
  path,
  method,
  host,
  random,
  headers: [...header.map(readHeader), ...(cookie.length === 0 ? [] : [["cookie", cookie.join("; ")] as const])],
  backends: failing.map(readBackend),
});

function readHeader(line: string): readonly [string, string] {
  const colon = line.indexOf(":");
  return colon < 0 ? [line, ""] : [line.slice(0, colon), line.slice(colon + 1).trim()];
}

/** `reviews@v2=503,reset,200`: what the first, the second and every further try get. */
function readBackend(text: string): BackendSpec {
  const [, service = text, version, answers = "503"] = /^([^@=]*)(?:@([^=]*))?(?:=(.*))?$/.exec(text) ?? [];
  return { service, version, answers: answers.split(",").map(readAnswer) };
}

const readAnswer = (text: string): BackendAnswer =>
  text === "reset" ? { kind: "reset" } : { kind: "status", status: Number(text) };
