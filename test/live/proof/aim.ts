/** Draws requests that a mesh's own routes and rules care about: met, nearly met, and met in another spelling. */
import type { PolicyIr } from "../../../components/capabilities/access/ir.ts";
import { isDeclared } from "../../../components/ir/edges.ts";
import { domainsOf, hostsOf } from "../../../components/ir/hosts.ts";
import type {
  EdgeIr,
  ExternalIr,
  GatewayIr,
  MeshIr,
  RouteIr,
  RouteTableIr,
  ServiceIr,
} from "../../../components/ir/mesh-ir.ts";
import { type PortIr, speaksHttp } from "../../../components/ir/port.ts";
import type { SpiffeId } from "../../../components/values/spiffe-id.ts";
import type { Random } from "../../generate/random.ts";
import type { Ask } from "./ask.ts";
import { drawAnswers, drawCarried, interestOf } from "./interest.ts";
import { MessageWriter } from "./message-writer.ts";
import { nearHost, respelledHost } from "./spellings.ts";

/** Whom one can ask in a mesh: found once, drawn from many times. */
export class Aim {
  readonly #ir: MeshIr;
  readonly #dice: Random;
  readonly #services: ReadonlyMap<string, ServiceIr>;
  readonly #externals: ReadonlyMap<string, ExternalIr>;
  readonly #httpCalls: readonly Call[];
  readonly #tcpCalls: readonly Call[];
  readonly #externalCalls: readonly Call[];
  /** Is this request to meet all that is asked of it, or to be nearly right? */
  #exact = false;

  constructor(ir: MeshIr, dice: Random) {
    this.#ir = ir;
    this.#dice = dice;
    this.#services = new Map(ir.services.map((service) => [service.id, service]));
    this.#externals = new Map(ir.externals.map((external) => [external.id, external]));
    const calls = ir.services.flatMap((caller) => this.#callsOf(caller));
    const http = calls.filter(({ port }) => speaksHttp(port));
    this.#httpCalls = http
      .filter(({ callee }) => "routes" in callee)
      .flatMap((call) => Array<Call>(interestIn(call)).fill(call));
    this.#externalCalls = http.filter(({ callee }) => !("routes" in callee));
    this.#tcpCalls = calls.filter(({ port }) => !speaksHttp(port));
  }

  draw(): Ask {
    const { gateways } = this.#ir;
    this.#exact = this.#dice.chance(0.55);
    return this.#dice.among<Ask>(
      [this.#httpCalls.length > 0 ? 70 : 0, () => this.#call(this.#dice.pick(this.#httpCalls))],
      [gateways.length > 0 ? 25 : 0, () => this.#outside(this.#dice.pick(gateways))],
      [this.#externalCalls.length > 0 ? 6 : 0, () => this.#call(this.#dice.pick(this.#externalCalls))],
      [this.#tcpCalls.length > 0 ? 3 : 0, () => this.#connection(this.#dice.pick(this.#tcpCalls))],
      [5, () => this.#straight(this.#dice.pick(this.#ir.services))],
    );
  }

  #callsOf(caller: ServiceIr): Call[] {
    return caller.calls.flatMap((edge: EdgeIr) => {
      // A route makes this call: no name leads there.
      if (!isDeclared(edge)) return [];
      const callee = this.#services.get(edge.to) ?? this.#externals.get(edge.to);
      const port = callee?.ports.find(({ name }) => name === edge.port);
      return callee === undefined || port === undefined ? [] : [{ caller, callee, port }];
    });
  }

  // --- who asks ----------------------------------------------------------------------------------------------------

  #call({ caller, callee, port }: Call): Ask {
    const from = { kind: "service", service: caller.id } as const;
    const version = this.#versionOf(caller);
    const names =
      "versions" in callee
        ? hostsOf(callee.name, callee.namespace, caller.namespace === callee.namespace)
        : [callee.host];
    const domains = domainsOf(names, port, callee.ports);
    const table = "routes" in callee ? callee.routes.find(({ name }) => name === port.name) : undefined;
    return { from, version, ...this.#message(this.#host(domains), table, caller.identity) };
  }

  #outside(gateway: GatewayIr): Ask {
    const listener = this.#dice.pick(gateway.listeners);
    const host = this.#dice.pick(listener.hosts) as string;
    const table = gateway.hosts.find(({ name }) => name === host);
    const domains = [host, host, `${host}:${listener.port}`, `${host}:${this.#dice.pick([1, 80, 443, 8_443])}`];
    const from = { kind: "outside", gateway: gateway.id, listener: listener.name } as const;
    const ask: Ask = { from, ...this.#message(this.#host(domains), table, gateway.identity) };
    const { wire } = ask;
    if (wire === undefined || !this.#dice.chance(0.03)) return ask;
    return { ...ask, wire: { ...wire, headers: [...wire.headers, ["x_under", "1"]] } };
  }

  #connection({ caller, callee, port }: Call): Ask {
    const from = { kind: "service", service: caller.id } as const;
    return { from, version: this.#versionOf(caller), connection: { to: callee.key, port: port.name }, carries: [] };
  }

  #straight(service: ServiceIr): Ask {
    const port = this.#dice.pick(service.ports);
    const identities = [...this.#ir.services, ...this.#ir.gateways].map(({ identity }) => identity);
    const callers = service.callers.filter((caller) => caller.port === port.name).map(({ identity }) => identity);
    const shows = this.#dice.among<Extract<Ask["from"], { kind: "straight" }>["shows"]>(
      [2, () => ({ kind: "plaintext" })],
      [2, () => ({ kind: "stranger" })],
      [2, () => ({ kind: "identity", identity: this.#dice.pick(identities) })],
      [callers.length > 0 ? 2 : 0, () => ({ kind: "identity", identity: this.#dice.pick(callers) })],
    );
    const from = { kind: "straight", service: service.id, port: port.name, shows } as const;
    const foreign = shows.kind === "stranger" && this.#dice.chance(0.5);
    // No empty one: servers of HTTP/2 refuse that by themselves.
    const host = this.#dice.pick(["any", `${service.name}.${service.namespace}`, "x.", "X:1"]);
    const asked = speaksHttp(port) ? this.#straightMessage(host, service, port) : { carries: [] };
    return { from, version: this.#versionOf(service), foreign, ...asked };
  }

  #straightMessage(host: string, service: ServiceIr, port: PortIr): Pick<Ask, "wire" | "carries"> {
    const policies = this.#policies(service, port.name);
    const wire = this.#writer().withPolicy(this.#writer().wire(host, undefined), policies);
    return { wire, carries: [] };
  }

  #versionOf({ versions }: ServiceIr): string | undefined {
    return versions.length === 0 ? undefined : this.#dice.pick(versions).name;
  }

  // --- what is asked -----------------------------------------------------------------------------------------------

  #host(domains: readonly string[]): string {
    const host = this.#dice.pick(domains);
    return this.#dice.among(
      [this.#exact ? 500 : 80, () => host],
      [12, () => respelledHost(this.#dice, host)],
      [8, () => nearHost(this.#dice, host)],
    );
  }

  #message(
    host: string,
    table: RouteTableIr | undefined,
    caller: SpiffeId,
  ): Pick<Ask, "wire" | "answers" | "draw" | "carries"> {
    const route = this.#route(table, caller);
    const wire = this.#writer().wire(host, route);
    const destination = route?.split && this.#dice.pick(route.split.destinations);
    const service = destination && this.#services.get(destination.service);
    const policies =
      service === undefined || destination === undefined ? [] : this.#policies(service, destination.port, caller);
    return {
      wire: this.#writer().withPolicy(wire, policies, route),
      answers: route?.split && drawAnswers(this.#dice, route),
      draw:
        (route?.split?.destinations.length ?? 0) > 1 && this.#dice.chance(0.5)
          ? this.#dice.below(1_000_000)
          : undefined,
      carries: drawCarried(this.#dice, route),
    };
  }

  #writer(): MessageWriter {
    return new MessageWriter(this.#dice, this.#exact);
  }

  #route(table: RouteTableIr | undefined, caller: SpiffeId): RouteIr | undefined {
    const isForOthers = ({ matching: { source } }: RouteIr) =>
      source !== undefined && this.#services.get(source)?.identity !== caller;
    const routes = (table?.routes ?? []).filter((route) => !isForOthers(route) || this.#dice.chance(0.1));
    return routes.length === 0
      ? undefined
      : this.#dice.among(...routes.map((route) => [interestOf(route), () => route] as const));
  }

  /** Those that speak of the caller; of nobody in particular where it is not known. */
  #policies(service: ServiceIr, port: string, caller?: SpiffeId): readonly PolicyIr[] {
    const access = service.access.ports.find((one) => one.port === port);
    const of = (policies: readonly PolicyIr[]) =>
      policies.filter(({ from }) => caller === undefined || from === undefined || from.includes(caller));
    const [deny, allow] = [of(access?.deny ?? []), of(access?.allow ?? [])];
    return deny.length === 0 || (allow.length > 0 && this.#dice.chance(0.7)) ? allow : deny;
  }
}

/** How often a call is aimed at. */
const interestIn = ({ callee, port }: Call): number =>
  "routes" in callee
    ? (callee.routes.find(({ name }) => name === port.name)?.routes ?? []).reduce(
        (sum, route) => sum + interestOf(route),
        0,
      )
    : 1;

interface Call {
  readonly caller: ServiceIr;
  readonly callee: ServiceIr | ExternalIr;
  readonly port: PortIr;
}
