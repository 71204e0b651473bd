/**
 * The simulator against a real istiod: generated meshes, rendered for Istio and served to the stock Envoy, asked generated requests.
 * The requests and the comparison are those of the proof on Envoy alone (test/live/proof).
 */
import type { MeshIr } from "../../../components/ir/mesh-ir.ts";
import { istioObjects } from "../../../components/passes/render.ts";
import { Simulator } from "../../../components/simulate/simulator.ts";
import type { Verdict } from "../../../components/simulate/verdict.ts";
import { Random } from "../../generate/random.ts";
import { Aim } from "../../live/proof/aim.ts";
import { type Ask, bytesOf, simulatedRequest } from "../../live/proof/ask.ts";
import { Clients } from "../../live/proof/client.ts";
import { compare } from "../../live/proof/compare.ts";
import { Observations } from "../../live/proof/observations.ts";
import { proofHeaders, type Seen } from "../../live/proof/perform.ts";
import { mayBeSlowness } from "../../live/proof/prove.ts";
import { PROVED, type Proved, slicesOf } from "../../live/proof/slices.ts";
import type { IstioCluster, IstioMesh } from "../istio-mesh.ts";
import type { Named } from "../istio-meshes.ts";
import { type Declared, declared, withoutIstiosOwn } from "./declared.ts";
import { hostEchoes } from "./host-echoes.ts";
import { istioWay } from "./istio-way.ts";

export interface Found {
  readonly mesh: string;
  readonly ask: Ask;
  readonly verdict: Verdict;
  readonly seen: Seen;
  readonly differences: readonly string[];
}

export interface IstioReport {
  readonly meshes: number;
  readonly decisions: number;
  /** Decided by who the caller is, as its certificate says: the callee's proxy was reached over mutual TLS. */
  readonly byIdentity: number;
  readonly notAsked: number;
  readonly askedAgain: number;
  readonly declared: ReadonlyMap<Declared, number>;
  readonly slices: ReadonlyMap<Proved, number>;
  readonly disagreements: readonly Found[];
}

interface Options {
  readonly seed: number;
  readonly requests: number;
  readonly note: (text: string) => void;
}

const AT_ONCE = 16;

export async function proveOnIstio(
  cluster: IstioCluster,
  meshes: readonly Named[],
  options: Options,
): Promise<IstioReport> {
  const run = new IstioProof(options);
  for (const [index, mesh] of meshes.entries()) await run.prove(cluster, mesh, index);
  return run.report();
}

class IstioProof {
  readonly #options: Options;
  readonly #declared = new Map<Declared, number>();
  readonly #slices = new Map<Proved, number>(PROVED.map((slice) => [slice, 0]));
  readonly #disagreements: Found[] = [];
  #meshes = 0;
  #decisions = 0;
  #byIdentity = 0;
  #notAsked = 0;
  #asked = 0;
  #askedAgain = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  async prove(cluster: IstioCluster, { name, ir }: Named, index: number): Promise<void> {
    const { seed, requests, note } = this.#options;
    const observations = new Observations();
    const clients = new Clients();
    const mesh = await cluster.run(ir, istioObjects(ir), hostEchoes(observations));
    try {
      const aim = new Aim(ir, new Random(seed * 7_919 + index));
      const simulator = new Simulator(ir);
      const asks = Array.from({ length: requests }, () => ({ ...aim.draw(), draw: undefined }));
      const worker = async () => {
        for (let ask = asks.pop(); ask !== undefined; ask = asks.pop())
          await this.#try({ name, ir, mesh, simulator, observations, clients }, ask);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
    } finally {
      clients.close();
      await mesh.stop();
    }
    this.#meshes++;
    note(`${this.#decisions} decisions over ${this.#meshes} meshes, ${this.#disagreements.length} disagreements`);
  }

  async #try(subject: Subject, ask: Ask): Promise<void> {
    const trial = await this.#trial(subject, ask);
    if (trial === undefined) {
      this.#notAsked++;
      return;
    }
    const { name, ir } = subject;
    const { verdict, seen, differences } = trial;
    this.#decisions++;
    if (isByIdentity(verdict, ask)) this.#byIdentity++;
    for (const slice of slicesOf(ir, ask, verdict)) this.#slices.set(slice, (this.#slices.get(slice) ?? 0) + 1);
    if (differences.length === 0) return;
    const why = declared({ ir, verdict, ask, seen, differences });
    if (why !== undefined) this.#declared.set(why, (this.#declared.get(why) ?? 0) + 1);
    else if (await this.#stands(subject, ask, trial))
      this.#disagreements.push({ mesh: name, ask, verdict, seen, differences });
  }

  /** Only a busy machine can have been too slow, or too quick by a tick of a clock: that is asked again. */
  async #stands(subject: Subject, ask: Ask, { verdict, seen, differences }: Trial): Promise<boolean> {
    if (!mayBeSlowness({ verdict, seen }) && !differences.every((one) => one.startsWith("delayed for"))) return true;
    for (let time = 0; time < 3; time++) if ((await this.#trial(subject, ask))?.differences.length !== 0) return true;
    this.#askedAgain++;
    return false;
  }

  async #trial(subject: Subject, ask: Ask): Promise<Trial | undefined> {
    const { ir, simulator } = subject;
    const seen = await perform(subject, ask, String(++this.#asked));
    if (seen === undefined) return undefined;
    const services = ir.services.map(({ id }) => id);
    const verdict = simulator.decide(simulatedRequest(ask, proofHeaders("0", ask), services));
    return { verdict, seen, differences: compare(verdict, ask, withoutIstiosOwn(seen)).differences };
  }

  report(): IstioReport {
    return {
      meshes: this.#meshes,
      decisions: this.#decisions,
      byIdentity: this.#byIdentity,
      notAsked: this.#notAsked,
      askedAgain: this.#askedAgain,
      declared: this.#declared,
      slices: this.#slices,
      disagreements: this.#disagreements,
    };
  }
}

interface Trial {
  readonly verdict: Verdict;
  readonly seen: Seen;
  readonly differences: readonly string[];
}

interface Subject {
  readonly name: string;
  readonly ir: MeshIr;
  readonly mesh: IstioMesh;
  readonly simulator: Simulator;
  readonly observations: Observations;
  readonly clients: Clients;
}

async function perform({ ir, mesh, observations, clients }: Subject, ask: Ask, id: string): Promise<Seen | undefined> {
  const way = istioWay(ir, mesh.pods, ask);
  if (way === undefined) return undefined;
  const started = performance.now();
  if (ask.wire === undefined)
    return { answer: await clients.line(way), arrived: [], took: performance.now() - started };
  observations.expect(id, { answers: ask.answers ?? [{ kind: "status", status: 200 }], headers: ask.carries });
  const answer = await clients.ask(way, bytesOf(ask.wire, proofHeaders(id, ask)));
  return { answer, arrived: observations.take(id), took: performance.now() - started };
}

function isByIdentity({ outcome }: Verdict, { from }: Ask): boolean {
  if (from.kind === "straight" || outcome.kind !== "forward") return false;
  return outcome.destinations.some(
    ({ service, arrival }) =>
      !service.startsWith("external/") && (arrival.kind === "denied" || arrival.kind === "delivered"),
  );
}
