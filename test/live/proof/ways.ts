/** Where the bytes of an ask go, and what is shown there. */
import type { ConnectionOptions } from "node:tls";
import { clusterName, proxyName } from "../../../components/engines/envoy/names.ts";
import type { Asker } from "../../../components/simulate/request.ts";
import type { Ask } from "./ask.ts";
import type { Way } from "./client.ts";
import type { RigMesh } from "./rig.ts";

export function wayOf(mesh: RigMesh, ask: Ask): Promise<Way> | Way {
  const { from } = ask;
  switch (from.kind) {
    case "service":
      return outOf(mesh, from, ask);
    case "outside":
      return atListener(mesh, from);
    case "straight":
      return straightTo(mesh, from, ask);
  }
}

function outOf({ placement, ir }: RigMesh, { service }: Extract<Asker, { kind: "service" }>, ask: Ask): Way {
  const proxy = proxyName(service, ask.version);
  const { connection } = ask;
  if (connection === undefined) return wayTo(placement.outboundHttp(proxy));
  const callee = [...ir.services, ...ir.externals].find(({ key }) => key === connection.to);
  if (callee === undefined) throw new Error(`nobody is called ${connection.to}`);
  return wayTo(placement.outboundTcp(proxy, clusterName({ service: callee.id, port: connection.port })));
}

function atListener({ placement, ir }: RigMesh, { gateway, listener }: Extract<Asker, { kind: "outside" }>): Way {
  const tls = ir.gateways.find(({ id }) => id === gateway)?.listeners.find(({ name }) => name === listener)?.tls;
  return wayTo(placement.listener(gateway, listener), tls && { tls: UNVERIFIED, shows: "nothing" });
}

async function straightTo(mesh: RigMesh, from: Extract<Asker, { kind: "straight" }>, ask: Ask): Promise<Way> {
  const address = mesh.placement.inbound(from.service, ask.version, from.port);
  const { shows } = from;
  switch (shows.kind) {
    case "plaintext":
      return wayTo(address);
    case "stranger":
      return ask.foreign === true
        ? wayTo(address, await forged(mesh))
        : wayTo(address, { tls: UNVERIFIED, shows: "nothing" });
    case "identity": {
      const { certificatePem: cert, keyPem: key } = await mesh.keys.workload(mesh.ir.trustDomain, shows.identity);
      return wayTo(address, { tls: { ...UNVERIFIED, cert, key }, shows: shows.identity });
    }
  }
}

async function forged({ keys, ir }: RigMesh): Promise<Secure> {
  const identity = ir.services[0]?.identity ?? `spiffe://${ir.trustDomain}/x`;
  const { certificatePem: cert, keyPem: key } = await keys.forged(ir.trustDomain, identity);
  return { tls: { ...UNVERIFIED, cert, key }, shows: "forged" };
}

interface Secure {
  readonly tls: ConnectionOptions;
  readonly shows: string;
}

/** What a client shows is asked here, not whom it trusts. */
const UNVERIFIED: ConnectionOptions = { rejectUnauthorized: false };

const wayTo = (address: Way["address"], secure?: Secure): Way => ({
  key: `${address.host}:${address.port} ${secure?.shows ?? ""}`,
  address,
  tls: secure?.tls,
});
