/**
 * The proof: generated meshes and requests, decided by the simulator and by real Envoys that run the rendered configuration.
 * Meshes go in batches, one Envoy for each; while one batch is asked, the next one starts.
 */
import fc from "fast-check";
import type { MeshIr } from "../../../components/ir/mesh-ir.ts";
import { compile } from "../../../components/passes/compile.ts";
import { Simulator } from "../../../components/simulate/simulator.ts";
import type { Verdict } from "../../../components/simulate/verdict.ts";
import { busyMeshes, type MeshData } from "../../generate/mesh.ts";
import { Random } from "../../generate/random.ts";
import { Aim } from "./aim.ts";
import { type Ask, simulatedRequest } from "./ask.ts";
import { type ChanceReport, Chances } from "./chances.ts";
import { type Comparison, compare } from "./compare.ts";
import { perform, proofHeaders, type Seen } from "./perform.ts";
import { breath, Rig, type RigMesh } from "./rig.ts";
import { PROVED, type Proved, slicesOf } from "./slices.ts";

export interface ProofOptions {
  readonly envoy: string;
  readonly seed: number;
  readonly meshes: number;
  readonly decisions: number;
  readonly note: (text: string) => void;
}

/** A request that the simulator and Envoy answer differently. */
export interface Disagreement {
  readonly spec: unknown;
  readonly ask: Ask;
  readonly verdict: Verdict;
  readonly seen: Seen;
  readonly differences: readonly string[];
}

export interface ProofReport {
  readonly meshes: number;
  readonly decisions: number;
  readonly disagreements: readonly Disagreement[];
  /** Asked again, alone, since the machine and not the mesh had been slow. */
  readonly askedAgain: number;
  readonly slices: ReadonlyMap<Proved, number>;
  /** How decisions ended. */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly chances: ChanceReport;
}

const BATCH = 25;
const STEP = 5;
/** Requests on their way at once: enough to keep both sides busy while some wait for a timeout. */
const AT_ONCE = 96;
/** More say nothing new, and each is kept whole. */
export const MOST_DISAGREEMENTS = 40;

export async function prove(options: ProofOptions): Promise<ProofReport> {
  const run = new Proof(options);
  let next: Promise<Batch | undefined> = run.start(0);
  for (let first = 0; first < options.meshes; first += BATCH) {
    const batch = await next;
    next = first + BATCH < options.meshes ? run.start(first + BATCH) : Promise.resolve(undefined);
    try {
      if (batch !== undefined) await run.askAll(batch, next);
    } finally {
      await batch?.rig.stop();
    }
    if (run.isHopeless) {
      await (await next)?.rig.stop();
      break;
    }
  }
  return run.report();
}

interface Subject {
  readonly mesh: RigMesh;
  readonly spec: unknown;
  readonly simulator: Simulator;
  readonly aim: Aim;
  readonly name: string;
}

interface Batch {
  readonly rig: Rig;
  readonly subjects: readonly Subject[];
}

export interface Trial {
  readonly ask: Ask;
  readonly verdict: Verdict;
  readonly seen: Seen;
  readonly comparison: Comparison;
}

class Proof {
  readonly #options: ProofOptions;
  readonly #slices = new Map<Proved, number>(PROVED.map((slice) => [slice, 0]));
  readonly #outcomes = new Map<string, number>();
  readonly #chances = new Chances();
  readonly #disagreements: Disagreement[] = [];
  #decisions = 0;
  #meshes = 0;
  #askedAgain = 0;

  constructor(options: ProofOptions) {
    this.#options = options;
  }

  get isHopeless(): boolean {
    return this.#disagreements.length >= MOST_DISAGREEMENTS;
  }

  /** In small steps: while this batch is made, another one is being asked. */
  async start(first: number): Promise<Batch> {
    const { seed, meshes, envoy } = this.#options;
    const specs: MeshData[] = [];
    for (let at = first; at < Math.min(first + BATCH, meshes); at += STEP) {
      specs.push(...fc.sample(busyMeshes, { seed: seed * 100_003 + at, numRuns: Math.min(STEP, meshes - at) }));
      await breath();
    }
    const irs: MeshIr[] = [];
    for (const spec of specs) {
      irs.push(compiled(spec));
      await breath();
    }
    const rig = await Rig.start(envoy, irs);
    const subjects = rig.meshes.map((mesh, index) => ({
      mesh,
      spec: specs[index],
      simulator: new Simulator(mesh.ir),
      aim: new Aim(mesh.ir, new Random(seed * 7_919 + first + index)),
      name: `mesh ${first + index}`,
    }));
    return { rig, subjects };
  }

  async askAll({ rig, subjects }: Batch, next: Promise<unknown>): Promise<void> {
    const { meshes, decisions } = this.#options;
    const each = Math.ceil(decisions / meshes);
    const suspects: { readonly subject: Subject; readonly trial: Trial }[] = [];
    let index = 0;
    const worker = async () => {
      for (let at = index++; at < each * subjects.length; at = index++) {
        const subject = subjects[at % subjects.length] as Subject;
        const ask = subject.aim.draw();
        const trial = await tryOut(rig, subject.mesh, subject.simulator, ask);
        this.#count(subject, trial);
        if (trial.comparison.differences.length > 0) suspects.push({ subject, trial });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    // Alone means alone: the next batch takes the whole machine while it starts.
    await next;
    for (const { subject, trial } of suspects) await this.#judge(rig, subject, trial);
    this.#meshes += subjects.length;
    this.#note();
  }

  /** What only a slow machine can have done is asked again, alone; everything else stands. */
  async #judge(rig: Rig, subject: Subject, trial: Trial): Promise<void> {
    if (mayBeSlowness(trial)) {
      this.#askedAgain++;
      if (await agreesAlone(rig, subject, trial.ask)) return;
    }
    const { ask, verdict, seen, comparison } = trial;
    this.#disagreements.push({ spec: subject.spec, ask, verdict, seen, differences: comparison.differences });
    this.#options.note(`${subject.name}, after ${Math.round(seen.took)} ms: ${comparison.differences.join("; ")}`);
  }

  #count({ mesh, name }: Subject, { ask, verdict, comparison }: Trial): void {
    this.#decisions++;
    const kind = kindOf(verdict);
    this.#outcomes.set(kind, (this.#outcomes.get(kind) ?? 0) + 1);
    for (const slice of slicesOf(mesh.ir, ask, verdict)) this.#slices.set(slice, (this.#slices.get(slice) ?? 0) + 1);
    if (comparison.drawn !== undefined && ask.draw === undefined)
      this.#chances.add(
        `${name} ${verdict.proxy} ${verdict.route?.table} ${verdict.route?.name}`,
        verdict,
        comparison.drawn,
      );
  }

  #note(): void {
    this.#options.note(
      `${this.#decisions} decisions over ${this.#meshes} meshes, ${this.#disagreements.length} disagreements`,
    );
  }

  report(): ProofReport {
    return {
      meshes: this.#meshes,
      decisions: this.#decisions,
      disagreements: this.#disagreements,
      askedAgain: this.#askedAgain,
      slices: this.#slices,
      outcomes: this.#outcomes,
      chances: this.#chances.report(),
    };
  }
}

/** One ask, decided by both. */
export async function tryOut(rig: Rig, mesh: RigMesh, simulator: Simulator, ask: Ask): Promise<Trial> {
  const services = mesh.ir.services.map(({ id }) => id);
  const verdict = simulator.decide(simulatedRequest(ask, proofHeaders("0", ask), services));
  const seen = await perform(rig, mesh, ask);
  return { ask, verdict, seen, comparison: compare(verdict, ask, seen) };
}

/** So often in a row: what is really different never agrees once. */
const AGREEMENTS = 3;
const MOST_TIMES = 12;

async function agreesAlone(rig: Rig, { mesh, simulator }: Subject, ask: Ask): Promise<boolean> {
  for (let time = 0, row = 0; time < MOST_TIMES; time++) {
    const { comparison } = await tryOut(rig, mesh, simulator, ask);
    row = comparison.differences.length === 0 ? row + 1 : 0;
    if (row === AGREEMENTS) return true;
  }
  return false;
}

/** How long a proxy waits for a connection, as rendered. @unit milliseconds */
const CONNECT_TIMEOUT = 1_000;

/**
 * What a proxy answers that got no connection in time; of a TCP connection it closes its own end and says nothing. It counts with its
 * own coarse clock, so ours may say less.
 */
const NO_CONNECTION = "reset reason: connection timeout";

/** Did it take as long as a timeout that fires only where somebody is slow? */
export function mayBeSlowness({ ask, verdict, seen }: Pick<Trial, "ask" | "verdict" | "seen">): boolean {
  if (verdict.outcome.kind !== "forward") return false;
  if (seen.answer.kind === "closed" && ask.connection !== undefined) return true;
  if (seen.answer.kind === "answered" && seen.answer.body.includes(NO_CONNECTION)) return true;
  const { timeout, perTry } = verdict.outcome.plan;
  return seen.took >= Math.min(timeout ?? CONNECT_TIMEOUT, perTry ?? CONNECT_TIMEOUT, CONNECT_TIMEOUT);
}

const kindOf = ({ outcome }: Verdict): string => {
  if (outcome.kind !== "forward") return outcome.kind;
  const kinds = new Set(outcome.destinations.map(({ arrival }) => arrival.kind));
  return `forward, ${[...kinds].sort().join(" or ")}`;
};

export function compiled(spec: MeshData | unknown): MeshIr {
  const { ir, diagnostics } = compile(spec);
  const wrong = diagnostics.find(({ severity }) => severity === "error");
  if (ir === undefined || wrong !== undefined)
    throw new Error(`a generated mesh does not compile: ${JSON.stringify(wrong)}`);
  return ir;
}
