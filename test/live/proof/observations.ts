/** What the backends of a proof saw, and how they are to behave: by the id that each request carries in a header of its own. */
import type { ExternalId, ServiceId } from "../../../components/ir/mesh-ir.ts";
import type { BackendAnswer } from "../../../components/simulate/request.ts";

/** Lets a request be found again behind proxies that may change everything else of it. */
export const PROOF_HEADER = "x-proof";

/** The draw of a traffic split, where the proof chooses it: the rig tells Envoy to take it from here (`WeightedCluster.header_name`). */
export const DRAW_HEADER = "x-proof-draw";

/** What the callee's proxy decided where access is only audited: the rig has it tell the workload (merged-bootstrap.ts). */
export const AUDIT_HEADER = "x-proof-audit";

export interface Backend {
  readonly mesh: number;
  readonly service: ServiceId | ExternalId;
  readonly port: string;
  readonly version?: string | undefined;
}

/** One request as a backend received it. */
export interface Arrived {
  readonly backend: Backend;
  readonly method: string;
  readonly path: string;
  /** Names in lower case, in the order of arrival; without pseudo-headers. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly authority: string;
  /** How long the backend took. @unit milliseconds */
  took?: number;
}

export interface Behaviour {
  /** Of the first try, the second, and so on; the last one holds for all further ones. */
  readonly answers: readonly BackendAnswer[];
  /** What each answer carries. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

const AT_ONCE: Behaviour = { answers: [{ kind: "status", status: 200 }], headers: [] };

export class Observations {
  readonly #behaviours = new Map<string, Behaviour>();
  readonly #arrived = new Map<string, Arrived[]>();

  expect(id: string, behaviour: Behaviour): void {
    this.#behaviours.set(id, behaviour);
    this.#arrived.set(id, []);
  }

  /** Called by backends; says how to answer. Who carries no id is answered like everybody. */
  arrive(
    id: string | undefined,
    arrived: Arrived,
  ): { readonly answer: BackendAnswer; readonly headers: Behaviour["headers"] } {
    const tries = id === undefined ? undefined : this.#arrived.get(id);
    tries?.push(arrived);
    const { answers, headers } = (id === undefined ? undefined : this.#behaviours.get(id)) ?? AT_ONCE;
    const answer = answers[Math.min(tries?.length ?? 1, answers.length) - 1];
    return { answer: answer ?? { kind: "status", status: 200 }, headers };
  }

  /** Everything that arrived, which is then forgotten. */
  take(id: string): readonly Arrived[] {
    const arrived = this.#arrived.get(id) ?? [];
    this.#arrived.delete(id);
    this.#behaviours.delete(id);
    return arrived;
  }
}
