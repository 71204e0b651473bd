/**
 * One changed service among 10,000: from the new model to the changed proxies, in a process that has compiled the mesh before.
 * The files of all others must stay the same bytes. `node test/bench/main.ts recompile`
 */
import { createHash } from "node:crypto";
import { Random } from "../generate/random.ts";
import { compile, envoyRenderer, fileText, recompile, stablePlacement } from "./built.ts";
import { type GeneratedMesh, generateMesh, SEED } from "./generate.ts";
import { figure, median, quantile } from "./summary.ts";

const SIZE = 10_000;
const WARM_UP = 200;
const ROUNDS = 400;
const LIMIT = 10;

type Renderer = ReturnType<typeof envoyRenderer>;
type Proxies = ReturnType<Renderer["render"]>;

export async function benchRecompile(): Promise<readonly string[]> {
  const mesh = new ChangingMesh(generateMesh(SIZE));
  const random = new Random(SEED);
  const anyKey = () => `service-${random.below(SIZE)}`;
  for (let round = 0; round < WARM_UP; round++) mesh.change(anyKey());

  const rounds = Array.from({ length: ROUNDS }, () => mesh.change(anyKey()));
  const typical = median(rounds.map(({ degree }) => degree));
  const atMedian = rounds.filter(({ degree }) => degree === typical);
  const milliseconds = (some: typeof rounds) => some.map(({ time }) => time);
  const hub = Array.from({ length: 5 }, () => mesh.change(mesh.hub()));
  const calls = Array.from({ length: 50 }, () => mesh.addCall(anyKey(), mesh.hub()));
  return [
    `seed ${SEED}, ${SIZE} services, ${ROUNDS} changes of the weights of one service's route`,
    figure(`${atMedian.length} services of the median degree (${typical})`, milliseconds(atMedian), "ms", LIMIT),
    figure("any service", milliseconds(rounds), "ms"),
    `any service, p99: ${quantile(milliseconds(rounds), 0.99).toFixed(2)} ms`,
    figure(`the largest hub (degree ${hub[0]?.degree}, ${hub[0]?.proxies} proxies)`, milliseconds(hub), "ms"),
    figure("one more call, of the largest hub", milliseconds(calls), "ms"),
    mesh.proveNeighbourhood(anyKey()),
  ];
}

/** A mesh that is compiled once and then changed, service by service. */
class ChangingMesh {
  #spec: GeneratedMesh;
  /** One for all renderings: where two purposes want one port, who came first keeps it. */
  readonly #placement = stablePlacement();
  readonly #renderer: Renderer = envoyRenderer(this.#placement);
  readonly #proxies = new Map<string, Proxies[number]>();
  #compiled: ReturnType<typeof compile>;

  constructor(spec: GeneratedMesh) {
    this.#spec = spec;
    this.#compiled = compile(spec);
    if (this.#compiled.ir === undefined) throw new Error("the generated mesh does not compile");
    for (const proxy of this.#renderer.render(this.#compiled.ir)) this.#proxies.set(proxy.name, proxy);
  }

  /** Shifts the weights of the service's route for everything. */
  change(key: string) {
    const { routes } = this.#spec;
    const rest = routes[key]?.rest as { readonly to: Readonly<Record<string, number>> };
    const { v1 = 0 } = rest.to;
    const weights = { v1: (v1 % 99) + 1, v2: 50 };
    const changed = { ...routes, [key]: { ...routes[key], rest: { ...rest, to: weights } } };
    return this.#apply({ ...this.#spec, routes: changed }, key);
  }

  addCall(key: string, callee: string) {
    const service = this.#spec.services[key] as { readonly calls?: readonly string[] };
    const calls = [...new Set([...(service.calls ?? []), ...(key === callee ? [] : [callee])])];
    return this.#apply({ ...this.#spec, services: { ...this.#spec.services, [key]: { ...service, calls } } }, key);
  }

  #apply(spec: GeneratedMesh, key: string) {
    const started = performance.now();
    const compiled = recompile(this.#compiled, spec, [key]);
    const proxies = this.#renderer.rerender(compiled.changed ?? []);
    const time = performance.now() - started;
    if (compiled.changed === undefined) throw new Error("the whole mesh was compiled again");
    this.#spec = spec;
    this.#compiled = compiled;
    for (const proxy of proxies) this.#proxies.set(proxy.name, proxy);
    const service = compiled.changed.find((one) => one.key === key);
    return { time, proxies: proxies.length, degree: (service?.calls.length ?? 0) + (service?.callers.length ?? 0) };
  }

  /** The service with most callers. */
  hub(): string {
    const services = this.#compiled.ir?.services ?? [];
    return services.reduce((most, one) => (one.callers.length > most.callers.length ? one : most)).key;
  }

  /** After a change the files are those of a whole compilation, and none but the neighbourhood's differ from before. */
  proveNeighbourhood(key: string): string {
    const before = digests([...this.#proxies.values()]);
    const { proxies } = this.change(key);
    const after = digests([...this.#proxies.values()]);
    const { ir } = compile(this.#spec);
    if (ir === undefined) throw new Error("the changed mesh does not compile");
    const whole = digests(envoyRenderer(this.#placement).render(ir));
    const differing = [...after].filter(([name, digest]) => before.get(name) !== digest).map(([name]) => name);
    const wrong = [...whole].filter(([name, digest]) => after.get(name) !== digest).map(([name]) => name);
    const neighbours = new Set(
      ir.services.flatMap((one) => (one.key === key ? [one.id, ...one.callers.map(({ from }) => from)] : [])),
    );
    const strangers = differing.filter((name) => !neighbours.has(this.#proxies.get(name)?.owner ?? "//"));
    if (wrong.length > 0 || strangers.length > 0 || differing.length === 0)
      throw new Error(
        `${wrong.length} proxies are not what a whole compilation gives, ${strangers.length} strangers changed`,
      );
    return `${differing.length} of ${after.size} proxies have other bytes after a change, all in the neighbourhood (${proxies} rendered again); the whole is what a full compilation gives`;
  }
}

/** By proxy, its files' bytes. */
const digests = (proxies: Proxies): ReadonlyMap<string, string> =>
  new Map(
    proxies.map(({ name, files }) => {
      const hash = createHash("sha256");
      for (const file of files) hash.update(file.path).update(fileText(file));
      return [name, hash.digest("hex")];
    }),
  );
