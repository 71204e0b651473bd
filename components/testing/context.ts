/** What all requests of a test mesh share: the mesh, its simulator, what was counted, and what is still on its way. */
import { DECLARED_CALLS } from "../capabilities/access/ir.ts";
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import type { MeshIr } from "../ir/mesh-ir.ts";
import { Simulator } from "../simulate/simulator.ts";
import { type RequestSpec, resolveRequest, unknownAskerOf } from "../simulate/spec.ts";
import { nearest } from "../values/name.ts";
import { unknownExpectedRule, unknownExpectedService, unknownExpectedVersion } from "./codes.ts";
import { CoverageCount } from "./coverage.ts";
import type { Expectation } from "./expectation.ts";
import { WrongTest } from "./failure.ts";
import type { Asked, World } from "./world.ts";

export class Context {
  readonly ir: MeshIr;
  readonly simulator: Simulator;
  readonly coverage: CoverageCount;
  readonly world: World | undefined;
  /** Answers of a running mesh that nobody has waited for. */
  readonly pending = new Set<PromiseLike<undefined>>();
  readonly #keys: ReadonlyMap<string, string>;

  constructor(ir: MeshIr, world: World | undefined) {
    this.ir = ir;
    this.simulator = new Simulator(ir);
    this.coverage = new CoverageCount(ir);
    this.world = world;
    this.#keys = new Map([...ir.services, ...ir.externals].map(({ id, key }) => [id, key]));
  }

  readonly keyOf = (id: string): string | undefined => this.#keys.get(id);

  ask(spec: RequestSpec, protocol: Asked["protocol"]): Asked {
    const resolved = resolveRequest(this.ir, spec);
    if (resolved.kind === "refused") throw new WrongTest("the request fits no place of the mesh", resolved.diagnostics);
    const { request } = resolved;
    return { request, from: spec.from, protocol, verdict: this.simulator.decide(request) };
  }

  /** Throws where somebody asks, or is asked at a gateway, whom the mesh does not have. */
  checkAsker(whom: Pick<RequestSpec, "from" | "gateway">): void {
    const found = unknownAskerOf(this.ir, whom);
    if (found !== undefined) throw new WrongTest("the request fits no place of the mesh", [found]);
  }

  /** Throws where a test names what the mesh does not have. */
  checkNames(expected: Expectation): void {
    const found = this.#unknownIn(expected);
    if (found !== undefined) throw new WrongTest("the expectation fits no place of the mesh", [found]);
  }

  #unknownIn(expected: Expectation): Diagnostic | undefined {
    if (expected.kind === "reaches") {
      const { service, version } = expected;
      return this.#unknownService(service) ?? this.#unknownVersion(version === undefined ? [] : [version], service);
    }
    if (expected.kind === "splits") {
      const { service, shares } = expected;
      return this.#unknownService(service) ?? this.#unknownVersion(Object.keys(shares), service);
    }
    return expected.kind === "denied" ? this.#unknownRule(expected.rule) : undefined;
  }

  #unknownService(name: string | undefined): Diagnostic | undefined {
    const keys = [...this.#keys.values()];
    if (name === undefined || keys.includes(name)) return undefined;
    return diagnose(unknownExpectedService, { name, nearest: nearest(name, keys) ?? "" }, { path: [], got: name });
  }

  #unknownVersion(versions: readonly string[], service: string | undefined): Diagnostic | undefined {
    const services = this.ir.services.filter(({ key }) => service === undefined || key === service);
    const known = [...new Set(services.flatMap((one) => one.versions.map(({ name }) => name)))];
    const version = versions.find((one) => !known.includes(one));
    if (version === undefined) return undefined;
    const args = { version, nearest: nearest(version, known) ?? "", known };
    return diagnose(unknownExpectedVersion, args, { path: [], got: version });
  }

  #unknownRule(rule: string | undefined): Diagnostic | undefined {
    const ports = this.ir.services.flatMap(({ access }) => access.ports);
    const names = ports.flatMap(({ deny, allow }) => [...deny, ...allow]).map(({ name }) => name);
    const known = [...new Set(names)].filter((name) => name !== DECLARED_CALLS);
    if (rule === undefined || known.includes(rule)) return undefined;
    return diagnose(unknownExpectedRule, { rule, nearest: nearest(rule, known) ?? "", known }, { path: [], got: rule });
  }
}
