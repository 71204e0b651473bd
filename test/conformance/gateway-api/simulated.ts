/** What the simulator says of a request. */
import { changeHeaders } from "../../../components/capabilities/header-changes/simulate.ts";
import type { MeshIr } from "../../../components/ir/mesh-ir.ts";
import { Simulator } from "../../../components/simulate/simulator.ts";
import type { Destination, Outcome, ResponseChanges } from "../../../components/simulate/verdict.ts";
import { headerMap, simulatedRequest } from "../../live/proof/ask.ts";
import { codeOf, type Observed, placeOf } from "./observed.ts";
import type { Sent } from "./sent.ts";

export function simulated(ir: MeshIr, sent: Sent): Observed {
  const services = ir.services.map(({ id }) => id);
  const { outcome } = new Simulator(ir).decide(simulatedRequest(sent, [], services));
  const seen = observed(outcome, sent);
  return sent.isGrpc ? { ...seen, code: seen.arrived === undefined ? codeOf(seen.status) : "OK" } : seen;
}

function observed(outcome: Outcome, sent: Sent): Observed {
  switch (outcome.kind) {
    case "forward": {
      const [only, ...others] = outcome.destinations;
      if (only === undefined || others.length > 0) throw new Error(`${outcome.destinations.length} destinations`);
      return forwarded(only, sent, outcome.response);
    }
    case "redirect":
      return { status: outcome.status, location: outcome.location, headers: changed(new Map(), outcome.response) };
    case "respond":
      return { status: outcome.status, headers: changed(new Map(), outcome.response) };
    case "no-route":
    case "bad-request":
      return { status: outcome.status, headers: new Map() };
    default:
      throw new Error(`the simulator says ${JSON.stringify(outcome)}`);
  }
}

const changed = (headers: Observed["headers"], changes: ResponseChanges | undefined): Observed["headers"] =>
  changes === undefined ? headers : changeHeaders(headers, changes);

function forwarded(
  { service, arrival, answer }: Destination,
  sent: Sent,
  changes: ResponseChanges | undefined,
): Observed {
  if (arrival.kind !== "delivered" || arrival.message === undefined || answer === undefined)
    throw new Error(`the simulator says ${JSON.stringify(arrival)}`);
  const { method, authority, path, query, headers } = arrival.message;
  const status = answer.status;
  return {
    status,
    headers: changed(status === 200 ? headerMap(sent.carries) : new Map(), changes),
    arrived: { ...placeOf(service), method, host: authority, path: `${path}${query}`, headers },
  };
}
