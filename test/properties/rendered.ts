/** A mesh as the bytes of all its files: what users get, and what two compilations are compared by. */
import { fileText } from "../../components/engines/envoy/block.ts";
import { stablePlacement } from "../../components/engines/envoy/placement.ts";
import type { RenderedProxy } from "../../components/engines/envoy/render.ts";
import { compile } from "../../components/passes/compile.ts";
import { envoyRenderer } from "../../components/passes/render.ts";

export type Files = ReadonlyMap<string, string>;

export const filesOf = (proxies: readonly RenderedProxy[]): Files =>
  new Map(proxies.flatMap(({ name, files }) => files.map((file) => [`${name} ${file.path}`, fileText(file)] as const)));

/** `undefined` where the mesh has errors. */
export function render(spec: unknown): Files | undefined {
  const { ir, diagnostics } = compile(spec);
  if (ir === undefined || diagnostics.some(({ severity }) => severity === "error")) return undefined;
  return filesOf(envoyRenderer(stablePlacement()).render(ir));
}
