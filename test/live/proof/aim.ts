/** Draws requests that a mesh's own routes and rules care about: met, nearly met, and met in another spelling. */
import type { PolicyIr } from "../../../components/capabilities/access/ir.ts";
import { domainsOf, hostsOf } from "../../../components/ir/hosts.ts";
import type { NamedMatch } from "../../../components/ir/match.ts";
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
import type { BackendAnswer } from "../../../components/simulate/request.ts";
import type { Milliseconds } from "../../../components/values/duration.ts";
import type { SpiffeId } from "../../../components/values/spiffe-id.ts";
import type { Ask, HeaderLines, Wire } from "./ask.ts";
import type { Dice } from "./dice.ts";
import {
  cookiesFor,
  nearHost,
  nearPath,
  nearText,
  pathFor,
  queryFor,
  respelledHost,
  respelledPath,
  textFor,
} from "./spellings.ts";

/** All of HTTP/1.1's that proxies know and that have no meaning of their own for a connection. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PURGE", "PROPFIND"];

/** Whom one can ask in a mesh: found once, drawn from many times. */
export class Aim {
  readonly #ir: MeshIr;
  readonly #dice: Dice;
  readonly #services: ReadonlyMap<string, ServiceIr>;
  readonly #externals: ReadonlyMap<string, ExternalIr>;
  readonly #httpCalls: readonly Call[];
  readonly #tcpCalls: readonly Call[];
  readonly #externalCalls: readonly Call[];
  /** Is this request to meet all that is asked of it, or to be nearly right? */
  #exact = false;

  constructor(ir: MeshIr, dice: Dice) {
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
      if (edge.path[0] === "routes") return [];
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
    const wire = this.#withPolicy(this.#wire(host, undefined), policies);
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
    const wire = this.#wire(host, route);
    const destination = route?.split && this.#dice.pick(route.split.destinations);
    const service = destination && this.#services.get(destination.service);
    const policies =
      service === undefined || destination === undefined ? [] : this.#policies(service, destination.port, caller);
    return {
      wire: this.#withPolicy(wire, policies, route),
      answers: route?.split && this.#answers(route),
      draw:
        (route?.split?.destinations.length ?? 0) > 1 && this.#dice.chance(0.5)
          ? this.#dice.below(1_000_000)
          : undefined,
      carries: this.#carried(route),
    };
  }

  #route(table: RouteTableIr | undefined, caller: SpiffeId): RouteIr | undefined {
    const isForOthers = ({ matching: { source } }: RouteIr) =>
      source !== undefined && this.#services.get(source)?.identity !== caller;
    const routes = (table?.routes ?? []).filter((route) => !isForOthers(route) || this.#dice.chance(0.1));
    return routes.length === 0
      ? undefined
      : this.#dice.among(...routes.map((route) => [interestOf(route), () => route] as const));
  }

  #wire(host: string, route: RouteIr | undefined): Wire {
    const dice = this.#dice;
    const matching = route?.matching;
    const query = queryFor(dice, matching?.query ?? [], this.#exact);
    if (dice.chance(0.15)) query.push(dice.pick(["a=1", "x", "", "=", "a=%20", "/../", "?", "q=1#2", "a;b=1"]));
    const cookies = cookiesFor(dice, matching?.cookies ?? [], this.#exact);
    if (dice.chance(0.05)) cookies.push(dice.pick(["a=1", "b", "c="]));
    return this.#varied({
      method: this.#method(matching?.methods ?? (route && isRetried(route) ? route.retries.methods : undefined)),
      target: `${this.#path(pathFor(dice, matching?.path, this.#exact))}${query.length > 0 ? `?${query.join("&")}` : dice.chance(0.05) ? "?" : ""}`,
      host: matching?.authority !== undefined && dice.chance(0.5) ? matching.authority : host,
      headers: [...this.#headers(matching?.headers ?? []), ...this.#cookieLines(cookies)],
    });
  }

  #method(asked: readonly string[] | undefined): string {
    const known = asked?.filter((method) => METHODS.includes(method)) ?? [];
    if (known.length > 0 && (this.#exact || this.#dice.chance(0.7))) return this.#dice.pick(known);
    return this.#dice.chance(0.7) ? "GET" : this.#dice.pick(METHODS);
  }

  #path(path: string): string {
    return this.#dice.among(
      [this.#exact ? 60 : 6, () => path],
      [4, () => respelledPath(this.#dice, path)],
      [1, () => respelledPath(this.#dice, respelledPath(this.#dice, path))],
      [3, () => nearPath(this.#dice, path)],
      [1, () => respelledPath(this.#dice, nearPath(this.#dice, path))],
    );
  }

  #headers(matches: readonly NamedMatch[]): [string, string][] {
    return matches.flatMap(({ name, match }) => {
      // The authority is no header of its own.
      if (name === "host") return [];
      const value = textFor(this.#dice, match, this.#exact);
      return value === undefined ? this.#unasked(name) : this.#header(name, value);
    });
  }

  #unasked(name: string): [string, string][] {
    return this.#dice.chance(0.1) ? [[name, this.#dice.pick(["", "1"])]] : [];
  }

  #header(name: string, value: string): [string, string][] {
    const dice = this.#dice;
    return dice.among<[string, string][]>(
      [this.#exact ? 200 : 8, () => [[name, value]]],
      [1, () => []],
      [2, () => [[name.toUpperCase(), value]]],
      [2, () => [[name, nearText(dice, value)]]],
      [
        1,
        () => [
          [name, value],
          [name, "other"],
        ],
      ],
      [
        1,
        () => [
          [name, "other"],
          [name, value],
        ],
      ],
      [
        1,
        () => [
          [name, ""],
          [name, value],
        ],
      ],
      [1, () => [[name, `${value},other`]]],
    );
  }

  #cookieLines(cookies: readonly string[]): [string, string][] {
    if (cookies.length === 0) return [];
    return this.#dice.among<[string, string][]>(
      [4, () => [["cookie", cookies.join("; ")]]],
      [1, () => [["Cookie", cookies.join(";")]]],
      [1, () => cookies.map((one) => ["cookie", one])],
      [1, () => [["cookie", `a=b; ${cookies.join("; ")}`]]],
    );
  }

  /** Further headers, which no condition asks for: what reaches the workload must still be right. */
  #varied(wire: Wire): Wire {
    if (!this.#dice.chance(0.3)) return wire;
    const extra: [string, string] = this.#dice.pick<[string, string]>([
      ["x-odd-Case", "Value"],
      ["x-empty", ""],
      ["accept", "*/*"],
      ["user-agent", "proof"],
      ["x-forwarded-client-cert", "URI=spiffe://generated.mesh/ns/main/sa/admin"],
      ["x-envoy-max-retries", "5"],
      ["x-envoy-retry-on", "5xx"],
      ["x-envoy-upstream-rq-timeout-ms", "1"],
      ["x-envoy-upstream-rq-per-try-timeout-ms", "1"],
      ["x-envoy-internal", "true"],
      ["connection", "keep-alive"],
      ["te", "trailers"],
      ["te", "gzip"],
      ["expect", "100-continue"],
      ["x-forwarded-for", "192.0.2.7"],
      ["forwarded", "for=192.0.2.7"],
      ["authorization", "Basic eDp5"],
    ]);
    return { ...wire, headers: [...wire.headers, extra] };
  }

  // --- access ------------------------------------------------------------------------------------------------------

  /** Those that speak of the caller; of nobody in particular where it is not known. */
  #policies(service: ServiceIr, port: string, caller?: SpiffeId): readonly PolicyIr[] {
    const access = service.access.ports.find((one) => one.port === port);
    const of = (policies: readonly PolicyIr[]) =>
      policies.filter(({ from }) => caller === undefined || from === undefined || from.includes(caller));
    const [deny, allow] = [of(access?.deny ?? []), of(access?.allow ?? [])];
    return deny.length === 0 || (allow.length > 0 && this.#dice.chance(0.7)) ? allow : deny;
  }

  /** What a rule asks for is put beside what the route asks for; of path and method only one can be right. */
  #withPolicy(wire: Wire, policies: readonly PolicyIr[], route?: RouteIr): Wire {
    if (policies.length === 0) return wire;
    const { methods, paths, headers } = this.#dice.pick(policies);
    const mark = wire.target.indexOf("?");
    const query = mark === -1 ? "" : wire.target.slice(mark);
    const isFree = (part: unknown) => part === undefined || (!this.#exact && this.#dice.chance(0.2));
    return {
      ...wire,
      method: methods === undefined || !isFree(route?.matching.methods) ? wire.method : this.#method(methods),
      target:
        paths === undefined || !isFree(route?.matching.path)
          ? wire.target
          : `${this.#path(pathFor(this.#dice, this.#dice.pick(paths), this.#exact))}${query}`,
      headers: [...wire.headers, ...this.#headers(headers)],
    };
  }

  // --- workloads -----------------------------------------------------------------------------------------------------

  /** Failures, mostly where the route says what comes of them; slow answers only where somebody stops waiting. */
  #answers(route: RouteIr): readonly BackendAnswer[] | undefined {
    const dice = this.#dice;
    const { statuses } = route.retries;
    const [again, cut] = [isRetried(route), isCut(route)];
    if (!dice.chance(again || cut ? 0.6 : 0.15)) return undefined;
    const answer = (): BackendAnswer =>
      dice.among<BackendAnswer>(
        [again ? 8 : 3, () => ({ kind: "status", status: dice.pick([500, 502, 503, 504, 599]) })],
        [statuses.length > 0 ? 8 : 0, () => ({ kind: "status", status: dice.pick(statuses) })],
        [2, () => ({ kind: "status", status: dice.pick([200, 201, 301, 400, 404, 409, 418, 429]) })],
        [2, () => ({ kind: "status", status: 200, grpcStatus: dice.pick([0, 1, 4, 8, 13, 14]) })],
        [2, () => ({ kind: "reset" })],
        [cut ? 4 : 0, () => ({ kind: "status", status: 200, after: FAR_TOO_LATE })],
        [1, () => ({ kind: "status", status: 200, after: SOON })],
      );
    return Array.from({ length: 1 + dice.below(4) }, answer);
  }

  #carried(route: RouteIr | undefined): HeaderLines {
    const changes = route?.headers?.response;
    const names = [...(changes?.set ?? []), ...(changes?.add ?? [])]
      .map(({ name }) => name)
      .concat(changes?.remove ?? []);
    const touched = names
      .filter(() => this.#dice.chance(0.6))
      .flatMap((name): [string, string][] => {
        const lines: [string, string][] = [[name, "from the workload"]];
        return this.#dice.chance(0.4) ? [...lines, [name.toUpperCase(), "twice"]] : lines;
      });
    return this.#dice.chance(0.2) ? [...touched, ["x-other", "a"], ["x-other", ""]] : touched;
  }
}

/** Later than every timeout of a busy mesh. @unit milliseconds */
export const FAR_TOO_LATE = 3_000 as Milliseconds;
const SOON = 5 as Milliseconds;

/** How often a route is aimed at: the last one matches everything, and what is aimed at others often ends there anyway. */
function interestOf(route: RouteIr): number {
  if (route.name === "otherwise") return 1;
  return (
    3 + (isRetried(route) ? 6 : 0) + (isCut(route) ? 6 : 0) + ((route.split?.destinations.length ?? 0) > 1 ? 4 : 0)
  );
}

const interestIn = ({ callee, port }: Call): number =>
  "routes" in callee
    ? (callee.routes.find(({ name }) => name === port.name)?.routes ?? []).reduce(
        (sum, route) => sum + interestOf(route),
        0,
      )
    : 1;

/** Is an answer of a workload ever a reason to ask again? */
const isRetried = ({ retries: { attempts, on, statuses } }: RouteIr): boolean =>
  attempts > 0 && (statuses.length > 0 || on.includes("5xx") || on.includes("gateway-error"));

/** Does somebody stop waiting for a workload that is far too late? */
const isCut = ({ timeouts, retries: { attempts } }: RouteIr): boolean =>
  Math.min(timeouts.request ?? FAR_TOO_LATE, (attempts > 0 ? timeouts.perTry : undefined) ?? FAR_TOO_LATE) <
  FAR_TOO_LATE / 2;

interface Call {
  readonly caller: ServiceIr;
  readonly callee: ServiceIr | ExternalIr;
  readonly port: PortIr;
}
