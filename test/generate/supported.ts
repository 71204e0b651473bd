/** A generated mesh without what an engine cannot do: the diagnostics say where that stands. */
import { unsupported, unsupportedValue } from "../../components/contract/codes.ts";
import type { EngineId } from "../../components/engines/releases.ts";
import type { MeshIr } from "../../components/ir/mesh-ir.ts";
import { compile } from "../../components/passes/compile.ts";
import type { ModelPath } from "../../components/values/model-path.ts";
import type { MeshData } from "./mesh.ts";

const REMOVABLE: readonly string[] = [unsupported.id, unsupportedValue.id];

/** Undefined where what is left makes no sense any more. */
export function supportedBy(engine: EngineId, drawn: MeshData): MeshIr | undefined {
  let mesh: unknown = { ...drawn, targets: [engine] };
  for (;;) {
    const { ir, diagnostics } = compile(mesh);
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    if (errors.length === 0) return ir;
    if (errors.some(({ code }) => !REMOVABLE.includes(code))) return undefined;
    // They are sorted by path. Of a list the last goes first: so the places of the others stay.
    for (const { path } of errors.toReversed()) mesh = without(mesh, path);
  }
}

/** A copy without what stands at the path, nor what that leaves empty. */
function without(value: unknown, [first, ...rest]: ModelPath): unknown {
  if (typeof value !== "object" || value === null || first === undefined) return value;
  const inner = (value as Readonly<Record<string | number, unknown>>)[first];
  const left = rest.length === 0 ? undefined : without(inner, rest);
  const gone = left === undefined || (typeof left === "object" && left !== null && Object.keys(left).length === 0);
  if (Array.isArray(value)) return gone ? value.toSpliced(Number(first), 1) : value.with(Number(first), left);
  const { [first]: _, ...others } = value as Readonly<Record<string | number, unknown>>;
  return gone ? others : { ...others, [first]: left };
}
