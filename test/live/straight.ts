/** Requests past the caller's sidecar, straight at an address, by somebody with TLS options of their own. */
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import type { ConnectionOptions } from "node:tls";
import { versionsOf } from "../../components/engines/envoy/clusters.ts";
import type { SocketAddress } from "../../components/engines/envoy/placement.ts";
import type { ServiceIr } from "../../components/ir/mesh-ir.ts";
import type { RunningMesh } from "../../components/local/running-mesh.ts";

export interface Straight {
  /** Absent: plaintext. */
  readonly tls?: ConnectionOptions | undefined;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly headers?: Readonly<Record<string, string | string[]>> | undefined;
}

/** `refused`: no HTTP answer; `body` then says why. */
export interface StraightAnswer {
  readonly status: number | "refused";
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export const straight = (
  address: SocketAddress,
  { tls, method = "GET", path = "/", headers = {} }: Straight = {},
): Promise<StraightAnswer> =>
  new Promise((resolve) => {
    const message = { ...address, method, path, headers, agent: false as const, timeout: 5_000 };
    const asked = tls === undefined ? httpRequest(message) : httpsRequest({ ...message, ...tls });
    asked.on("timeout", () => asked.destroy(new Error("no answer")));
    asked.on("error", (error) => resolve({ status: "refused", headers: {}, body: error.message }));
    asked.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", (error) => resolve({ status: "refused", headers: {}, body: error.message }));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    asked.end();
  });

export function serviceOf(mesh: RunningMesh, key: string): ServiceIr {
  const service = mesh.plan.ir.services.find((one) => one.key === key);
  if (service === undefined) throw new Error(`there is no service ${key}`);
  return service;
}

/** Where the sidecar of a service's first workload takes calls for a port. */
export function inboundOf(mesh: RunningMesh, key: string, port = "http"): SocketAddress {
  const service = serviceOf(mesh, key);
  return mesh.plan.placement.inbound(service.id, versionsOf(service)[0], port);
}

/** The certificate of a service, signed by the run's own authority; whose server it speaks to it does not ask. */
export async function certificateOf(mesh: RunningMesh, key: string): Promise<ConnectionOptions> {
  const { certificatePem, keyPem } = await mesh.authority.issueWorkload(serviceOf(mesh, key).identity);
  return { cert: certificatePem, key: keyPem, ca: mesh.authority.caPem, checkServerIdentity: () => undefined };
}

/** Where a gateway listens. */
export function listenerOf(mesh: RunningMesh, key: string, listener: string): SocketAddress {
  const gateway = mesh.plan.ir.gateways.find((one) => one.key === key);
  if (gateway === undefined) throw new Error(`there is no gateway ${key}`);
  return mesh.plan.placement.listener(gateway.id, listener);
}
