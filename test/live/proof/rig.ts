/**
 * Many meshes at once on one real Envoy: what the renderer makes of each, merged into one process, between clients and backends that
 * live in this one. Must not know what a mesh means; that is what is compared.
 */
import { randomInt } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { versionsOf } from "../../../components/engines/envoy/clusters.ts";
import type { RenderedProxy } from "../../../components/engines/envoy/render.ts";
import type { ExternalIr, GatewayIr, MeshIr, ServiceIr } from "../../../components/ir/mesh-ir.ts";
import { type PortIr, speaksHttp, speaksHttp2 } from "../../../components/ir/port.ts";
import type { IssuedCertificate } from "../../../components/local/certificates.ts";
import { type ProxyProcess, startProxy, untilReady } from "../../../components/local/proxy-process.ts";
import { envoyRenderer } from "../../../components/passes/render.ts";
import type { JsonObject } from "../../../components/values/json.ts";
import { Clients } from "./client.ts";
import { Echo, type EchoSpec } from "./echo.ts";
import { KeyRing } from "./key-ring.ts";
import { type LoopbackPlacement, loopbackPlacement } from "./loopback-placement.ts";
import {
  type Alter,
  type MergedProxy,
  mergedBootstrap,
  type ResourceTexts,
  resourceTexts,
} from "./merged-bootstrap.ts";
import { Observations } from "./observations.ts";

/** A mesh of the rig: where its proxies listen, and the certificates of its workloads. */
export interface RigMesh {
  readonly number: number;
  readonly ir: MeshIr;
  readonly placement: LoopbackPlacement;
  readonly keys: KeyRing;
}

export class Rig {
  readonly meshes: readonly RigMesh[];
  readonly clients = new Clients();
  readonly observations: Observations;
  readonly #folder: string;
  readonly #echo: Echo;
  readonly #envoy: ProxyProcess;

  private constructor(
    meshes: readonly RigMesh[],
    folder: string,
    echo: Echo,
    observations: Observations,
    envoy: ProxyProcess,
  ) {
    this.meshes = meshes;
    this.#folder = folder;
    this.#echo = echo;
    this.observations = observations;
    this.#envoy = envoy;
  }

  static async start(envoy: string, irs: readonly MeshIr[], alter?: Alter): Promise<Rig> {
    const folder = await mkdtemp(join(tmpdir(), "mw-proof-"));
    const observations = new Observations();
    const echo = new Echo(observations);
    const keys = new KeyRing();
    const network = `127.${randomInt(16, 250)}.${randomInt(0, 250)}`;
    const meshes = irs.map((ir, number) => ({
      number,
      ir,
      placement: loopbackPlacement(`${network}.${number + 1}`, join(folder, `${number}.`)),
      keys,
    }));
    await writeFile(join(folder, "bootstrap.json"), await bootstrapText(meshes, alter), { mode: 0o600 });
    for (const mesh of meshes) for (const spec of await echoesOf(mesh)) await echo.open(spec);
    const process = startProxy(envoy, folder);
    const rig = new Rig(meshes, folder, echo, observations, process);
    try {
      await untilReady(folder, process);
    } catch (error) {
      await rig.stop();
      throw error;
    }
    return rig;
  }

  async stop(): Promise<void> {
    this.clients.close();
    await this.#envoy.stop();
    await this.#echo.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Lets everything else that waits have its turn. */
export const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

// --- proxies -------------------------------------------------------------------------------------------------------

/** The text of one mesh at a time: all at once would hold up everybody who is being served. */
async function bootstrapText(meshes: readonly RigMesh[], alter: Alter | undefined): Promise<string> {
  const texts: ResourceTexts[] = [];
  for (const mesh of meshes) {
    texts.push(resourceTexts(await mergedProxies(mesh), alter));
    await breath();
  }
  return mergedBootstrap(texts);
}

async function mergedProxies({ number, ir, placement, keys }: RigMesh): Promise<MergedProxy[]> {
  const owners = new Map<string, ServiceIr | GatewayIr>(
    [...ir.services, ...ir.gateways].map((owner) => [owner.id, owner]),
  );
  const proxies = envoyRenderer(placement).render(ir);
  return Promise.all(
    proxies.map(async (proxy, index) => {
      const owner = owners.get(proxy.owner) as ServiceIr | GatewayIr;
      const secrets = await secretsOf(ir, owner, keys);
      return { prefix: `${number}.${index}.`, proxy, secret: (name: string) => secretNamed(secrets, name, proxy) };
    }),
  );
}

interface Secrets {
  readonly identity: JsonObject;
  readonly roots: JsonObject;
  readonly outside: JsonObject;
  readonly edge: JsonObject;
}

async function secretsOf(ir: MeshIr, owner: ServiceIr | GatewayIr, keys: KeyRing): Promise<Secrets> {
  const hosts =
    "listeners" in owner ? [...new Set(owner.listeners.flatMap((one) => one.hosts))].sort() : ["no-gateway"];
  return {
    identity: pair(await keys.workload(ir.trustDomain, owner.identity)),
    roots: roots((await keys.authority(ir.trustDomain)).caPem),
    outside: roots((await keys.outside()).caPem),
    edge: pair(await keys.server(hosts)),
  };
}

function secretNamed(secrets: Secrets, name: string, { kind }: RenderedProxy): JsonObject {
  if (name === "identity" || name === "roots") return secrets[name];
  return kind === "gateway" ? secrets.edge : secrets.outside;
}

const pair = ({ certificatePem, keyPem }: IssuedCertificate): JsonObject => ({
  tls_certificate: { certificate_chain: { inline_string: certificatePem }, private_key: { inline_string: keyPem } },
});
const roots = (pem: string): JsonObject => ({ validation_context: { trusted_ca: { inline_string: pem } } });

// --- backends ------------------------------------------------------------------------------------------------------

async function echoesOf({ number, ir, placement, keys }: RigMesh): Promise<EchoSpec[]> {
  const workloads = ir.services.flatMap((service) =>
    versionsOf(service).flatMap((version) =>
      service.ports.map((port) => ({
        backend: { mesh: number, service: service.id, port: port.name, version },
        speaks: speech(port),
        listen: { path: placement.workload(service.id, version, port.name).pipe },
      })),
    ),
  );
  const externals = ir.externals.flatMap((external) =>
    external.ports.map(async (port) => ({
      backend: { mesh: number, service: external.id, port: port.name },
      speaks: speech(port),
      listen: placement.external(external.id, port.name),
      ...(speaksTls(external, port) ? { tls: await keys.server([external.host]) } : {}),
    })),
  );
  return [...workloads, ...(await Promise.all(externals))];
}

const speech = (port: PortIr): EchoSpec["speaks"] => (speaksHttp2(port) ? "http2" : speaksHttp(port) ? "http1" : "tcp");

/** On a `tls` port the application itself would: to the proxies those are bytes, so here they are plain ones. */
const speaksTls = ({ tls }: ExternalIr, { protocol }: PortIr): boolean => tls.mode === "verified" && protocol !== "tls";
