/** What becomes of one request, to be asserted. Assertions hold at once, or when the running mesh has answered. */
import { wrongType } from "../contract/codes.ts";
import { diagnose } from "../diagnostics/diagnostic.ts";
import { explain } from "../simulate/explain.ts";
import { type Duration, type Milliseconds, parseDuration } from "../values/duration.ts";
import { type PartsPerMillion, type Percent, parsePercent, WHOLE } from "../values/percent.ts";
import type { Context } from "./context.ts";
import type { Expectation, Received } from "./expectation.ts";
import { unmetExpectation, WrongTest } from "./failure.ts";
import { meets } from "./judge.ts";
import type { AnyVersion, VersionOf } from "./names.ts";
import type { Asked } from "./world.ts";

type SharesOf<V extends string> = { readonly [version in V]?: number };

/**
 * Each method asserts one thing and throws an `AssertionError` that tells what happens instead, and why. Against a running mesh the
 * answer comes later: `await` the assertions, or return them from the test.
 */
export class Answer<VS, PS, XS> implements PromiseLike<undefined> {
  readonly #context: Context;
  readonly #asked: Asked;
  #checked: Promise<undefined> = Promise.resolve(undefined);

  constructor(context: Context, asked: Asked) {
    this.#context = context;
    this.#asked = asked;
  }

  /**
   * Every such request ends there, and is let in.
   *
   * @example from("web").get("/x").reaches("reviews", "v2")
   */
  reaches<K extends (keyof PS | keyof XS) & string>(service: K, version?: VersionOf<VS, NoInfer<K>>): this {
    return this.#expect({ kind: "reaches", service, version });
  }

  /**
   * Versions get just these shares, which need not add up to 100. Sends 400 requests to a running mesh.
   *
   * @example from("web").get("/x").splits({ v1: 90, v2: 10 })
   */
  splits(shares: SharesOf<AnyVersion<VS>>): this;
  splits<K extends keyof PS & string>(service: K, shares: SharesOf<VersionOf<VS, NoInfer<K>>>): this;
  splits(...given: readonly unknown[]): this {
    const [service, shares] = given.length === 2 ? given : [undefined, given[0]];
    return this.#expect({
      kind: "splits",
      service: service as string | undefined,
      shares: shares as Readonly<Record<string, number>>,
    });
  }

  /** Access refuses it: with 403, or on ports that do not speak HTTP by closing the connection. */
  isDenied(rule?: string): this {
    return this.#expect({ kind: "denied", rule });
  }

  redirectsTo(location: string, status?: number): this {
    return this.#expect({ kind: "redirect", location, status });
  }

  /** A proxy answers with this status itself, and no service is asked or lets it in. */
  answers(status: number): this {
    return this.#expect({ kind: "answers", status });
  }

  /** A fault answers. @param share of the requests. @default all */
  isAborted(status: number, share?: Percent): this {
    return this.#expect({ kind: "aborted", status, share: partsOf(share) });
  }

  /** A fault holds it back. @param share of the requests. @default all */
  isDelayed(by: Duration, share?: Percent): this {
    return this.#expect({ kind: "delayed", length: lengthOf(by), share: partsOf(share) });
  }

  /** The proxy knows no such host, or none of its routes is for the request: 404. */
  hasNoRoute(): this {
    return this.#expect({ kind: "no-route" });
  }

  /** The handshake fails, or nothing is there: no byte of the request is read. */
  getsNoConnection(): this {
    return this.#expect({ kind: "no-connection" });
  }

  /** What the workload gets; what is not mentioned may be anything. */
  receives(message: Received): this {
    return this.#expect({ kind: "receives", ...message });
  }

  /** Headers that the mesh gives to the answer. */
  returns(answer: { readonly headers: Readonly<Record<string, string>> }): this {
    return this.#expect({ kind: "returns", headers: answer.headers });
  }

  /** All tries together. A delay by a fault is not counted. */
  waitsAtMost(length: Duration): this {
    return this.#expect({ kind: "waits", atMost: lengthOf(length) });
  }

  /** So many further tries at most; 0: it is tried once. */
  retries(times: number): this {
    return this.#expect({ kind: "retries", times });
  }

  /** Resolves when all assertions so far hold. */
  then<A = undefined, B = never>(
    onHeld?: ((value: undefined) => A | PromiseLike<A>) | null,
    onFailed?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#context.pending.delete(this);
    return this.#checked.then(onHeld, onFailed);
  }

  #expect(expected: Expectation): this {
    const { coverage, world, keyOf } = this.#context;
    const { verdict } = this.#asked;
    this.#context.checkNames(expected);
    coverage.add(verdict);
    const agrees = meets(expected, verdict, keyOf);
    if (world === undefined) {
      if (!agrees) throw this.#failure(expected, undefined);
      return this;
    }
    this.#checked = this.#checked.then(async () => {
      const seen = await world.check(this.#asked, expected);
      if (seen !== undefined) throw this.#failure(expected, { seen, simulatorAgrees: agrees });
      return undefined;
    });
    this.#context.pending.add(this);
    return this;
  }

  #failure(expected: Expectation, observed: Parameters<typeof unmetExpectation>[3]): Error {
    const { request } = this.#asked;
    return unmetExpectation(expected, request, explain(this.#context.simulator, request), observed, this.#expect);
  }
}

/** Types see to it; JavaScript may write anything. */
const lengthOf = (text: Duration): Milliseconds =>
  readAs(parseDuration, 'a duration with its unit, like "2s" or "300ms"', text);

const partsOf = (share: Percent | undefined): PartsPerMillion =>
  share === undefined ? WHOLE : readAs(parsePercent, 'a share above 0 % and up to 100 %, like "5%"', share);

function readAs<T>(parse: (text: string) => T | undefined, expected: string, text: string): T {
  const value = typeof text === "string" ? parse(text) : undefined;
  if (value !== undefined) return value;
  const found = diagnose(
    wrongType,
    { expected, found: typeof text === "string" ? "text" : `a ${typeof text}` },
    { path: [], got: text },
  );
  throw new WrongTest("the test expects what nobody can", [found]);
}
