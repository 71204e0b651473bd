/** The engines and their releases, oldest first. The dated catalogue behind them is stacks/releases. */
export const releases = {
  istio: ["1.30", "1.31"],
  linkerd: ["2.20"],
  consul: ["2.0"],
  envoy: ["1.39", "1.40"],
} as const;

export type Releases = typeof releases;
export type EngineId = keyof Releases;
export type ReleaseOf<E extends EngineId> = Releases[E][number];

/** What a mesh must run on: "istio" is every release of the catalogue, "istio@1.31" that one and every later one. */
export type Target = { [E in EngineId]: E | `${E}@${ReleaseOf<E>}` }[EngineId];

/** The engines that have a kit, and so can be rendered. */
export type RenderedEngine = "istio" | "envoy";

export const engineIds = Object.keys(releases) as readonly EngineId[];
export const renderedEngines = ["istio", "envoy"] as const satisfies readonly RenderedEngine[];

export const isRendered = (engine: EngineId): engine is RenderedEngine =>
  (renderedEngines as readonly EngineId[]).includes(engine);

/** The engine of a target and the releases that it covers. */
export function readTarget(target: Target): { readonly engine: EngineId; readonly releases: readonly string[] } {
  const [engine, from] = target.split("@") as [EngineId, string | undefined];
  const all: readonly string[] = releases[engine];
  return { engine, releases: from === undefined ? all : all.slice(all.indexOf(from)) };
}

export const allTargets: readonly Target[] = engineIds.flatMap((engine) => [
  engine,
  ...releases[engine].map((release) => `${engine}@${release}` as Target),
]);
