/** The compiler as it ships: compiled JavaScript, so that no bench measures how types are stripped. */
const load = (path: string): Promise<unknown> =>
  import(new URL(`../../dist/components/${path}.js`, import.meta.url).href).catch((error: Error) => {
    throw new Error("run `npm run build` first", { cause: error });
  });

export const { compile, recompile } = (await load(
  "passes/compile",
)) as typeof import("../../components/passes/compile.ts");
export const { envoyRenderer } = (await load("passes/render")) as typeof import("../../components/passes/render.ts");
export const { stablePlacement } = (await load(
  "engines/envoy/placement",
)) as typeof import("../../components/engines/envoy/placement.ts");
export const { fileText } = (await load(
  "engines/envoy/block",
)) as typeof import("../../components/engines/envoy/block.ts");
export const { findTies } = (await load("passes/ties")) as typeof import("../../components/passes/ties.ts");
export const { findUnreached } = (await load(
  "passes/unreached",
)) as typeof import("../../components/passes/unreached.ts");
export const { Simulator } = (await load(
  "simulate/simulator",
)) as typeof import("../../components/simulate/simulator.ts");
