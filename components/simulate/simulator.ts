/**
 * What a mesh does with a request: the reference semantics, which every engine is compared with (docs/semantics.md).
 * Interprets the IR and nothing else; never throws for a request, never guesses: what it cannot know is `unknown`.
 */
import type { Scheme } from "../capabilities/redirects/simulate.ts";
import type { Message } from "../contract/message.ts";
import { isDeclared } from "../ir/edges.ts";
import type { EdgeIr, ExternalIr, GatewayId, GatewayIr, MeshIr, ServiceId, ServiceIr } from "../ir/mesh-ir.ts";
import type { SpiffeId } from "../values/spiffe-id.ts";
import { type Door, doorsOf, refusedAtDoor } from "./door.ts";
import { follow, type Inbound, type Journey } from "./follow.ts";
import { arrive, arriveStraight, type InboundPort, inboundPortsOf, noPort } from "./inbound.ts";
import { normalized, notAMessage } from "./normalized.ts";
import { type WayOut, waysOutOf } from "./outbound.ts";
import type { Asker, SimulatedRequest } from "./request.ts";
import { type PreparedRoute, RouteTable } from "./route-table.ts";
import type { Arrival, Destination, Outcome, Verdict } from "./verdict.ts";

export class Simulator {
  readonly #services: ReadonlyMap<string, ServiceIr>;
  readonly #externals: ReadonlyMap<string, ExternalIr>;
  readonly #gateways: ReadonlyMap<string, GatewayIr>;
  readonly #inbound = new Map<ServiceId, ReadonlyMap<string, InboundPort>>();
  readonly #callers = new Map<ServiceId, Caller>();
  readonly #tables = new Map<string, RouteTable>();
  readonly #doors = new Map<string, ReadonlyMap<string, Door>>();

  constructor(ir: MeshIr) {
    this.#services = new Map(ir.services.map((service) => [service.id, service]));
    this.#externals = new Map(ir.externals.map((external) => [external.id, external]));
    this.#gateways = new Map(ir.gateways.map((gateway) => [gateway.id, gateway]));
  }

  decide(request: SimulatedRequest): Verdict {
    const { from } = request;
    switch (from.kind) {
      case "service":
        return this.#fromService(from.service, request);
      case "outside":
        return this.#fromOutside(from, request);
      case "straight":
        return { proxy: from.service, outcome: this.#straight(from, request.message) };
    }
  }

  /** The routes that a message meets, and its way there; what `explain` tells about. */
  tableFor(from: Asker, message: Message): RouteTable | undefined {
    if (from.kind === "service") {
      const way = this.#caller(from.service)?.ways.get(message.authority.toLowerCase());
      return way?.kind === "service" ? way.table : undefined;
    }
    if (from.kind !== "outside") return undefined;
    const door = this.#doorsOf(from.gateway)?.get(from.listener);
    return door?.tableFor(message.authority);
  }

  /** Whom a workload calls by name, with the port of who has several; which hosts a listener serves. */
  namesKnownTo(from: Asker): readonly string[] {
    if (from.kind === "outside")
      return this.#gateways.get(from.gateway)?.listeners.find(({ name }) => name === from.listener)?.hosts ?? [];
    const calls = this.#services.get(from.service)?.calls;
    return [...new Set(calls?.filter(isDeclared).flatMap((edge) => this.#spelled(edge) ?? []))];
  }

  /** The way into a port of a service. */
  inboundPort(service: ServiceId, port: string): InboundPort | undefined {
    let ports = this.#inbound.get(service);
    if (ports === undefined) {
      const ir = this.#services.get(service);
      if (ir === undefined) return undefined;
      this.#inbound.set(service, (ports = inboundPortsOf(ir)));
    }
    return ports.get(port);
  }

  /** Who arrives at a callee; nobody knows who comes by plaintext. */
  identityOf(from: Asker): SpiffeId | undefined {
    if (from.kind === "straight") return from.shows.kind === "identity" ? from.shows.identity : undefined;
    return from.kind === "service"
      ? this.#services.get(from.service)?.identity
      : this.#gateways.get(from.gateway)?.identity;
  }

  // --- a workload, through its proxy -------------------------------------------------------------------------------

  #fromService(id: ServiceId, { message, connection, random, backends }: SimulatedRequest): Verdict {
    const caller = this.#caller(id);
    if (caller === undefined) return unknown(`there is no service ${id}`);
    if (message === undefined) return { proxy: id, outcome: this.#connect(caller.ir, connection) };
    const seen = normalized(message);
    if (seen.kind !== "message") return { proxy: id, outcome: notAMessage(seen) };
    const { authority } = seen.message;
    const way = caller.ways.get(authority) ?? caller.ways.get(authority.toLowerCase());
    if (way === undefined) return { proxy: id, outcome: NO_HOST };
    if (way.kind === "external") return { proxy: id, outcome: toExternal(way, seen.message) };
    const route = way.table.find(seen.message, id);
    return along(id, route, { seen, scheme: schemeOf(seen.message), identity: caller.ir.identity, random, backends });
  }

  #connect(caller: ServiceIr, connection: SimulatedRequest["connection"]): Outcome {
    if (connection === undefined) return { kind: "unknown", reason: "neither a message nor a connection is given" };
    const edge = caller.calls.find(({ to, port }) => port === connection.port && this.#keyOf(to) === connection.to);
    if (edge === undefined)
      return { kind: "no-connection", reason: `${caller.key} does not call ${connection.to}:${connection.port}` };
    const { to, port } = edge;
    const inbound = this.inboundPort(to as ServiceId, port);
    const arrival: Arrival = this.#externals.has(to)
      ? { kind: "delivered", by: OUTSIDE, message: undefined }
      : inbound === undefined
        ? noPort(to, port)
        : arrive(inbound, caller.identity, undefined);
    return { kind: "forward", destinations: [{ service: to, port, interval: ALL, arrival }], plan: { timeout: null } };
  }

  #keyOf = (id: string): string | undefined => (this.#services.get(id) ?? this.#externals.get(id))?.key;

  #spelled({ to, port }: EdgeIr): string | undefined {
    const callee = this.#services.get(to) ?? this.#externals.get(to);
    return callee === undefined || callee.ports.length < 2 ? callee?.key : `${callee.key}:${port}`;
  }

  // --- somebody outside ----------------------------------------------------------------------------------------------

  #fromOutside(from: Extract<Asker, { kind: "outside" }>, { message, random, backends }: SimulatedRequest): Verdict {
    const gateway = this.#gateways.get(from.gateway);
    const door = this.#doorsOf(from.gateway)?.get(from.listener);
    if (gateway === undefined || door === undefined)
      return unknown(`there is no listener ${from.listener} of ${from.gateway}`);
    if (message === undefined) return unknown("a gateway takes HTTP alone, and no message is given");
    const seen = normalized(message, "outside");
    if (seen.kind !== "message") return { proxy: gateway.id, outcome: notAMessage(seen) };
    const refused = refusedAtDoor(door, seen);
    if (refused !== undefined) return { proxy: gateway.id, outcome: refused };
    const table = door.tableFor(seen.message.authority);
    if (table === undefined) return { proxy: gateway.id, outcome: NO_HOST };
    const route = table.find(seen.message, undefined);
    return along(gateway.id, route, { seen, scheme: door.scheme, identity: gateway.identity, random, backends });
  }

  // --- somebody who connects straight --------------------------------------------------------------------------------

  #straight({ service, port, shows }: Extract<Asker, { kind: "straight" }>, message: Message | undefined): Outcome {
    const inbound = this.inboundPort(service, port);
    if (inbound === undefined) return noPort(service, port);
    const arrival = arriveStraight(inbound, shows, message);
    if (arrival.kind !== "delivered") return arrival;
    return { kind: "forward", destinations: [{ service, port, interval: ALL, arrival }], plan: { timeout: null } };
  }

  // --- pieces --------------------------------------------------------------------------------------------------------

  #caller(id: ServiceId): Caller | undefined {
    let caller = this.#callers.get(id);
    const ir = caller === undefined ? this.#services.get(id) : undefined;
    if (ir !== undefined) this.#callers.set(id, (caller = { ir, ways: waysOutOf(ir, this.#callees) }));
    return caller;
  }

  #doorsOf(id: string): ReadonlyMap<string, Door> | undefined {
    let doors = this.#doors.get(id);
    const gateway = this.#gateways.get(id);
    if (doors === undefined && gateway !== undefined) this.#doors.set(id, (doors = doorsOf(gateway, this.#inboundOf)));
    return doors;
  }

  readonly #inboundOf: Inbound = (service, port) => this.inboundPort(service, port);

  readonly #callees = {
    service: (id: string) => this.#services.get(id),
    external: (id: string) => this.#externals.get(id),
    table: (service: ServiceIr, port: string): RouteTable | undefined => {
      const key = `${service.id} ${port}`;
      let table = this.#tables.get(key);
      const ir = service.routes.find(({ name }) => name === port);
      if (table === undefined && ir !== undefined) this.#tables.set(key, (table = new RouteTable(ir, this.#inboundOf)));
      return table;
    },
  };
}

/** A workload, and all that its proxy knows. */
interface Caller {
  readonly ir: ServiceIr;
  readonly ways: ReadonlyMap<string, WayOut>;
}

function along(proxy: ServiceId | GatewayId, route: PreparedRoute | undefined, journey: Journey): Verdict {
  if (route === undefined) return { proxy, outcome: NO_PATH };
  const { ref, course, path, unknowable } = route;
  if (unknowable !== undefined) return { proxy, route: ref, outcome: { kind: "unknown", reason: unknowable } };
  return { proxy, route: ref, ...follow(course, path, journey) };
}

const OUTSIDE = { kind: "outside" } as const;
const ALL: Destination["interval"] = { from: 0, to: 1, of: 1 };
const NO_HOST: Outcome = { kind: "no-route", status: 404, reason: "host" };
const NO_PATH: Outcome = { kind: "no-route", status: 404, reason: "path" };

const unknown = (reason: string): Verdict => ({ proxy: undefined, outcome: { kind: "unknown", reason } });

/** A workload may say that its own client came by TLS, which its proxy believes: it is nobody else's word. */
const schemeOf = ({ headers }: Message): Scheme =>
  headers.get("x-forwarded-proto")?.[0] === "https" ? "https" : "http";

/** Servers outside are known by their name there, and have no proxy of ours. */
function toExternal({ external, port }: Extract<WayOut, { kind: "external" }>, message: Message): Outcome {
  const arrival: Arrival = { kind: "delivered", by: OUTSIDE, message: { ...message, authority: external.host } };
  const destination = { service: external.id, port: port.name, interval: ALL, arrival };
  return { kind: "forward", destinations: [destination], plan: { timeout: external.timeouts.request } };
}
