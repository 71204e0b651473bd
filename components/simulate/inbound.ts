/** The way into a service: what its own proxy does with who and what arrives at a port. */
import { DECLARED_CALLS, type PolicyIr } from "../capabilities/access/ir.ts";
import { decideAccess, type PortPolicies, policiesOf } from "../capabilities/access/simulate.ts";
import { refusal, type Shown } from "../capabilities/mtls/simulate.ts";
import type { Message } from "../contract/message.ts";
import type { ServiceIr } from "../ir/mesh-ir.ts";
import { type PortIr, speaksHttp } from "../ir/port.ts";
import type { SpiffeId } from "../values/spiffe-id.ts";
import { type Normalization, normalized, notAMessage, type SeenMessage } from "./normalized.ts";
import type { Admission, Arrival, Outcome } from "./verdict.ts";

export interface InboundPort {
  readonly ir: PortIr;
  readonly service: ServiceIr;
  readonly policies: PortPolicies;
}

const NOBODY: PortPolicies = { deny: [], allow: [] };

export const inboundPortsOf = (service: ServiceIr): ReadonlyMap<string, InboundPort> =>
  new Map(
    service.ports.map((ir) => {
      const access = service.access.ports.find(({ port }) => port === ir.name);
      return [ir.name, { ir, service, policies: access === undefined ? NOBODY : policiesOf(access) }];
    }),
  );

/**
 * What comes of a message, or of a connection where the port does not speak HTTP.
 *
 * @param identity who asks; absent without a certificate, which `permissive` alone lets through
 * @param seen what the proxy makes of the message; absent where none is given
 */
export function arrive(port: InboundPort, identity: SpiffeId | undefined, seen: Normalization | undefined): Arrival {
  if (!speaksHttp(port.ir)) return admit(port, identity, undefined);
  if (seen === undefined) return { kind: "unknown", reason: "the port speaks HTTP, and no message is given" };
  if (seen.kind !== "message") return notAMessage(seen);
  return admit(port, identity, seen.message);
}

export const noPort = (service: string, port: string): Arrival & Outcome => ({
  kind: "unknown",
  reason: `there is no port ${port} of ${service}`,
});

function admit(port: InboundPort, identity: SpiffeId | undefined, message: Message | undefined): Arrival {
  const access = decideAccess(port.policies, identity, message);
  switch (access.kind) {
    case "allowed":
      return { kind: "delivered", by: admission(access.policy), message };
    case "denied":
      return refused(port, message, access.policy);
    case "unknown":
      return access;
    case "not-allowed":
      return identity === undefined ? { kind: "delivered", by: PLAINTEXT, message } : refused(port, message);
  }
}

/** Nobody is, where access is only audited. @param policy what denies; absent where nothing allows */
function refused({ service, ir }: InboundPort, message: Message | undefined, policy?: PolicyIr): Arrival {
  const because = policy && { rule: policy.name, path: policy.path };
  if (service.access.enforcement === "audit") return { kind: "delivered", by: { kind: "audit", ...because }, message };
  return { kind: "denied", status: speaksHttp(ir) ? 403 : "closed", service: service.id, message, ...because };
}

const PLAINTEXT: Admission = { kind: "plaintext" };
const CALL: Admission = { kind: "call" };

const admission = ({ name, path }: PolicyIr): Admission =>
  name === DECLARED_CALLS ? CALL : { kind: "rule", rule: name, path };

/** What comes of a connection that nobody's proxy made. */
export function arriveStraight(port: InboundPort, shown: Shown, message: Message | undefined): Arrival | Outcome {
  const reason = refusal(port.service.mtls, shown, port.service.identity);
  if (reason !== undefined) return { kind: "no-connection", reason };
  return arrive(port, shown.kind === "identity" ? shown.identity : undefined, message && normalized(message));
}

/** What the next proxy makes of a message. Most are sent on as they came, and are not looked at again. */
export function seenNext(seen: SeenMessage, sent: Message): Normalization {
  const travelled = withOneCookieLine(sent);
  return seen.settled && travelled === seen.message ? seen : normalized(travelled);
}

/** Between proxies requests travel by HTTP/2, which takes `Cookie` lines apart and puts them together as one (RFC 9113 8.2.3). */
function withOneCookieLine(message: Message): Message {
  const cookies = message.headers.get("cookie");
  if (cookies === undefined || cookies.length < 2) return message;
  return { ...message, headers: new Map(message.headers).set("cookie", [cookies.join("; ")]) };
}
