/**
 * The simulator against a real istiod: generated meshes, rendered for Istio and served to the stock Envoy, asked generated requests.
 * The requests and the comparison are those of the proof on Envoy alone (test/live/proof).
 */
import { setTimeout as sleep } from "node:timers/promises";
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
import { declared, isNotIstiosOwn, withoutIstiosOwn } from "./declared.ts";
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
  /** By the name under which users read of it. */
  readonly declared: ReadonlyMap<string, number>;
  readonly slices: ReadonlyMap<Proved, number>;
  readonly disagreements: readonly Found[];
}

interface Options {
  readonly seed: number;
  readonly requests: number;
  readonly note: (text: string) => void;
}

const AT_ONCE = 16;
/** What a busy machine was asked again holds when so many agree, of so many at most. */
const IN_A_ROW = 3;
const MOST_TRIES = 12;
/** Longer after each that differed. @unit milliseconds */
const BREATH = 100;

/** Each cluster takes one mesh after another: while one waits for its proxies, the other has work. */
export async function proveOnIstio(
  clusters: readonly IstioCluster[],
  meshes: readonly Named[],
  options: Options,
): Promise<IstioReport> {
  const run = new IstioProof(options);
  const queue = [...meshes.entries()];
  const worker = async (cluster: IstioCluster) => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await run.prove(cluster, next[1], next[0]);
  };
  await Promise.all(clusters.map(worker));
  return run.report();
}

class IstioProof {
  readonly #options: Options;
  readonly #declared = new Map<string, number>();
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
    const mesh = await cluster.run(ir, istioObjects(ir), { host: hostEchoes(observations), stranger: false });
    try {
      const aim = new Aim(ir, new Random(seed * 7_919 + index));
      const simulator = new Simulator(ir);
      const asks = Array.from({ length: requests }, () => ({ ...aim.draw(), draw: undefined }));
      const subject = { name, ir, mesh, simulator, observations, clients };
      const suspects: Found[] = [];
      const worker = async () => {
        for (let ask = asks.pop(); ask !== undefined; ask = asks.pop())
          suspects.push(...(await this.#try(subject, ask)));
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      for (const suspect of suspects) if (await this.#stands(subject, suspect)) this.#disagreements.push(suspect);
    } finally {
      clients.close();
      await mesh.stop();
    }
    this.#meshes++;
    note(`${this.#decisions} decisions over ${this.#meshes} meshes, ${this.#disagreements.length} disagreements`);
  }

  /** What differs undeclared. */
  async #try(subject: Subject, ask: Ask): Promise<readonly Found[]> {
    const trial = await this.#trial(subject, ask);
    if (trial === undefined) {
      this.#notAsked++;
      return [];
    }
    const { name, ir } = subject;
    const { verdict, seen, differences } = trial;
    this.#decisions++;
    if (isByIdentity(verdict, ask)) this.#byIdentity++;
    for (const slice of slicesOf(ir, ask, verdict)) this.#slices.set(slice, (this.#slices.get(slice) ?? 0) + 1);
    if (differences.length === 0) return [];
    const why = declared({ ir, verdict, ask, seen, differences });
    for (const name of why ?? []) this.#declared.set(name, (this.#declared.get(name) ?? 0) + 1);
    return why === undefined ? [{ mesh: name, ask, verdict, seen, differences }] : [];
  }

  /** Only a busy machine can have been too slow, or too quick by a tick of a clock: that is asked again, alone, until it agrees in a row. */
  async #stands(subject: Subject, { ask, verdict, seen, differences }: Found): Promise<boolean> {
    if (!mayBeSlowness({ ask, verdict, seen }) && !differences.every((one) => one.startsWith("delayed for")))
      return true;
    this.#askedAgain++;
    for (let tries = 0, agreed = 0; tries < MOST_TRIES; tries++) {
      const trial = await this.#trial(subject, ask);
      agreed = trial !== undefined && agrees(subject, ask, trial) ? agreed + 1 : 0;
      if (agreed === IN_A_ROW) return false;
      if (agreed === 0) await sleep(tries * BREATH);
    }
    return true;
  }

  async #trial(subject: Subject, ask: Ask): Promise<Trial | undefined> {
    const { ir, simulator } = subject;
    const seen = await perform(subject, ask, String(++this.#asked));
    if (seen === undefined) return undefined;
    const services = ir.services.map(({ id }) => id);
    const verdict = simulator.decide(simulatedRequest(ask, proofHeaders("0", ask), services));
    return {
      verdict,
      seen,
      differences: compare(verdict, ask, withoutIstiosOwn(seen)).differences.filter(isNotIstiosOwn),
    };
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

/** Where nothing differs of which users do not read. */
const agrees = ({ ir }: Subject, ask: Ask, trial: Trial): boolean =>
  trial.differences.length === 0 || declared({ ir, ask, ...trial }) !== undefined;

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
