/** The request of an expectation as it is sent: by whom, to which listener, in which bytes, and how backends answer it. */
import type { MeshIr } from "../../../components/ir/mesh-ir.ts";
import type { BackendAnswer } from "../../../components/simulate/request.ts";
import type { Milliseconds } from "../../../components/values/duration.ts";
import type { Ask, HeaderLines } from "../../live/proof/ask.ts";
import type { Expectation, GrpcExpected, NamespacedName } from "./expectation.ts";
import type { Named } from "./manifests.ts";
import { callerIn, GATEWAY_HOST } from "./scenario.ts";

export interface Sent extends Ask {
  readonly scheme: "http" | "https";
  readonly wire: NonNullable<Ask["wire"]>;
  readonly isGrpc: boolean;
  /** What TLS asks for. */
  readonly serverName?: string | undefined;
}

export function sentFor(one: Expectation, ir: MeshIr, objects: readonly Named[]): Sent {
  if (one.via === "grpc") return grpcSent(one.expected, entering(ir, objects, one.address));
  const { Host, Method = "GET", Path = "/", Headers = {} } = one.expected.Request ?? {};
  const target = Path === "" ? "/" : Path;
  const common = {
    answers: answersTo(target),
    carries: Object.entries(one.expected.BackendSetResponseHeaders ?? {}),
    isGrpc: false,
  };
  const headers = Object.entries(Headers);
  if (one.via === "mesh") {
    const caller = callerIn(one.client.namespace);
    const service = ir.services.find(({ key }) => key === caller);
    if (service === undefined) throw new Error(`${caller} is not in the mesh`);
    const wire = { method: Method, target, host: (Host ?? "echo").replace(/:80$/, ""), headers };
    return { ...common, from: { kind: "service", service: service.id }, scheme: "http", wire };
  }
  const { from, port } = entering(ir, objects, one.address);
  const scheme = one.via === "tls" ? "https" : "http";
  const isDefault = port === (scheme === "https" ? 443 : 80);
  const host = Host ?? (isDefault ? GATEWAY_HOST : `${GATEWAY_HOST}:${port}`);
  const serverName = one.via === "tls" ? one.serverName : undefined;
  return { ...common, from, scheme, wire: { method: Method, target, host, headers }, serverName };
}

/** The suite's backends wait, or fail so many times, where the query asks them to. */
function answersTo(target: string): readonly BackendAnswer[] {
  const query = new URLSearchParams(target.split("?")[1]);
  const failing = Number(query.get("succeedAfter") ?? 0);
  const failure: BackendAnswer = { kind: "status", status: Number(query.get("responseCode") ?? 500) };
  return [...Array<BackendAnswer>(failing).fill(failure), ...answersInTime(target)];
}

function answersInTime(target: string): readonly BackendAnswer[] {
  const delay = /[?&]delay=(\d+)s/.exec(target)?.[1];
  return [{ kind: "status", status: 200, ...(delay && { after: (Number(delay) * 1_000) as Milliseconds }) }];
}

// --- where it enters -----------------------------------------------------------------------------------------------

interface Entering {
  readonly from: Extract<Ask["from"], { kind: "outside" }>;
  readonly port: number;
}

/** A Gateway has become one gateway, or one for each port; where no listener is named it is asked at its first. */
function entering(
  ir: MeshIr,
  objects: readonly Named[],
  { gateway, listeners }: { readonly gateway: NamespacedName; readonly listeners: readonly string[] },
): Entering {
  const port = portOf(objects, gateway, listeners[0]);
  for (const { id, namespace, name, listeners: all } of ir.gateways) {
    if (namespace !== gateway.Namespace || (name !== gateway.Name && name !== `${gateway.Name}-${port}`)) continue;
    const found = all.find((listener) => listener.port === port);
    if (found !== undefined) return { from: { kind: "outside", gateway: id, listener: found.name }, port };
  }
  throw new Error(`no gateway stands for port ${port} of ${gateway.Name}`);
}

interface GatewayObject extends Named {
  readonly spec: { readonly listeners: readonly { readonly name: string; readonly port: number }[] };
}

function portOf(objects: readonly Named[], { Name, Namespace }: NamespacedName, listener: string | undefined): number {
  const gateway = objects.find(
    ({ kind, metadata }) => kind === "Gateway" && metadata.name === Name && metadata.namespace === Namespace,
  ) as GatewayObject | undefined;
  const found = gateway?.spec.listeners.find(({ name }) => listener === undefined || name === listener);
  if (found === undefined) throw new Error(`there is no listener ${listener} of ${Name}`);
  return found.port;
}

// --- gRPC ----------------------------------------------------------------------------------------------------------

const SERVICE = "/gateway_api_conformance.echo_basic.grpcecho.GrpcEcho/";

function grpcSent(expected: GrpcExpected, { from }: Entering): Sent {
  const method = expected.EchoRequest ? "Echo" : expected.EchoTwoRequest ? "EchoTwo" : "EchoThree";
  const { Authority = GATEWAY_HOST, Metadata = {} } = expected.RequestMetadata ?? {};
  const headers: HeaderLines = [["content-type", "application/grpc"], ["te", "trailers"], ...Object.entries(Metadata)];
  return {
    from,
    scheme: "http",
    wire: { method: "POST", target: `${SERVICE}${method}`, host: Authority, headers },
    answers: [{ kind: "status", status: 200 }],
    // A backend of the rig says nothing itself; with its status among the headers the answer is one of gRPC.
    carries: [
      ["content-type", "application/grpc"],
      ["grpc-status", "0"],
    ],
    isGrpc: true,
  };
}
