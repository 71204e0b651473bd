/**
 * What a real istiod sends to a proxy of our mesh, whose scope two things say, a Sidecar for each workload and `exportTo` on everything
 * else; what without the Sidecars; and what with neither, as Istio does by default: the bytes that it counts itself, of all that a proxy
 * gets when it connects. Proxies are Istio's agent with the stock Envoy, whose traffic nothing captures; nothing else of the rendered
 * objects differs.
 */
import { randomInt } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { versionsOf } from "../../components/engines/envoy/clusters.ts";
import type { KubernetesObject } from "../../components/engines/kubernetes.ts";
import type { MeshIr } from "../../components/ir/mesh-ir.ts";
import { freePorts } from "../../components/local/ports.ts";
import { istioObjects } from "../../components/passes/render.ts";
import { ISTIO_PARTS } from "../cluster/istio-mesh.ts";
import { startIstiod } from "../cluster/istiod.ts";
import { applyCrds, applyTogether, startKubernetes } from "../cluster/kubernetes.ts";
import { findParts, type Parts } from "../cluster/parts/find-parts.ts";
import { type Pod, podObjects, SERVICE } from "../cluster/pods.ts";
import { ProcessGroup } from "../cluster/process-group.ts";
import { untilSeen } from "../cluster/settle.ts";
import { type SidecarControl, startSidecar } from "../cluster/sidecar.ts";
import { compile } from "./built.ts";
import { generateMesh, SEED } from "./generate.ts";

const SIZES = [100, 1_000] as const;
const GOALS: Readonly<Record<number, number>> = { 1000: 50 };
/** Proxies that are measured, evenly spread over all of them by how many services they call. */
const MEASURED = { with: 20, without: 6, unscoped: 6 } as const;
/** How long nothing more has to come. */
const QUIET = 1_000;

export async function benchIstiod(): Promise<readonly string[]> {
  const found = await findParts(ISTIO_PARTS);
  if (found.kind === "missing")
    return [`skipped: no ${found.missing.join(", ")}; \`npm run test:cluster\` builds them`];
  const lines = [`seed ${SEED}, ${Object.values(MEASURED).join(", ")} proxies of each mesh, one at a time`];
  for (const size of SIZES) lines.push(...(await benchSize(size, found.paths)));
  return lines;
}

async function benchSize(size: number, parts: Parts<(typeof ISTIO_PARTS)[number]>): Promise<readonly string[]> {
  const group = await ProcessGroup.create();
  try {
    const ir = meshOf(size);
    const kubernetes = await startKubernetes(group, parts);
    await applyCrds(kubernetes.api, [parts["istio-crds"], parts["gateway-api-crds"]]);
    const istiod = await startIstiod(group, parts, kubernetes, {
      trustDomain: ir.trustDomain,
      also: await listenPorts(),
    });
    const control = {
      group,
      parts,
      kubernetes,
      istiod,
      trustDomain: ir.trustDomain,
      interception: "REDIRECT",
    } as const;
    const pods = podsOf(ir);
    const objects = [...podObjects(ir, pods), ...rendered(ir)];
    const stored = await applyTogether(kubernetes.api, objects);
    await untilSeen(istiod, stored, pods);
    const withSidecars = await bytesOf(control, pods, "with");
    for (const object of objects) if (isSidecar(object)) await kubernetes.api.delete(object);
    await untilSeen(
      istiod,
      stored.filter((object) => !isSidecar(object)),
      pods,
    );
    const without = await bytesOf(control, pods, "without");
    const unscoped = objects.filter((object) => !isSidecar(object)).map(seenByAll);
    await untilSeen(istiod, await applyTogether(kubernetes.api, unscoped), pods);
    const all = await bytesOf(control, pods, "unscoped");
    return linesOf(size, { with: withSidecars, without, unscoped: all }, mean(pods.map(callsOf)));
  } finally {
    await group.stop();
  }
}

const isSidecar = ({ kind }: KubernetesObject): boolean => kind === "Sidecar";

/** Routes, destinations and external services say who sees them. */
function seenByAll(object: KubernetesObject): KubernetesObject {
  const { exportTo: _, ...spec } = (object.spec ?? {}) as { readonly exportTo?: readonly string[] };
  return "spec" in object ? ({ ...object, spec } as unknown as KubernetesObject) : object;
}

/** Without its gateway: no proxy of one is measured. */
function meshOf(size: number): MeshIr {
  const { ir } = compile({ ...generateMesh(size), targets: ["istio"], gateways: {} });
  if (ir === undefined) throw new Error("the bench's own mesh does not compile");
  return ir;
}

/** The filter that counts requests is in Istio's own build of Envoy alone. */
const rendered = (ir: MeshIr): readonly KubernetesObject[] =>
  istioObjects(ir)
    .map(({ object }) => object)
    .filter(({ kind }) => kind !== "Telemetry");

/** The proxies' own ports are open to the machine: free ones, not those of every Istio. */
async function listenPorts() {
  const [proxyListenPort = 0, proxyInboundListenPort = 0] = await freePorts(2);
  return { proxyListenPort, proxyInboundListenPort };
}

/** Of the proxy that runs: no other program's. */
const OWN_ADDRESS = `127.${randomInt(16, 240)}.${randomInt(256)}.1`;

/** One for each version of each service; nobody asks them anything. */
const podsOf = ({ services }: MeshIr): readonly Pod[] =>
  services
    .flatMap((service) => versionsOf(service).map((version) => ({ service, version })))
    .map(({ service, version }, index) => ({
      name: `pod-${index}`,
      namespace: service.namespace,
      serviceAccount: service.serviceAccount,
      labels: {
        ...service.versions.find(({ name }) => name === version)?.selector,
        [SERVICE]: service.name,
        "security.istio.io/tlsMode": "istio",
      },
      plays: { kind: "service", service, version },
      address: `10.${100 + Math.floor(index / 62_500)}.${Math.floor(index / 250) % 250}.${(index % 250) + 1}`,
      outbound: OWN_ADDRESS,
    }));

// --- what is counted -----------------------------------------------------------------------------------------------

interface Measured {
  readonly calls: number;
  readonly bytes: number;
}

const callsOf = ({ plays }: Pod): number => (plays.kind === "service" ? plays.service.calls.length : 0);

async function bytesOf(
  control: SidecarControl,
  pods: readonly Pod[],
  name: keyof typeof MEASURED,
): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  for (const pod of spread(pods, MEASURED[name])) {
    const folder = join(control.group.directory, `${name}-${pod.name}`);
    await mkdir(folder);
    const before = await counted(control);
    const sidecar = await startSidecar(control, pod, folder);
    measured.push({ calls: callsOf(pod), bytes: (await settled(control)) - before });
    await sidecar.stop();
  }
  return measured;
}

/** So many, from the middles of as many parts of equal size. */
function spread(pods: readonly Pod[], count: number): readonly Pod[] {
  const sorted = pods.toSorted((a, b) => callsOf(a) - callsOf(b));
  const middle = (index: number) => sorted[Math.floor(((index + 0.5) * sorted.length) / count)] as Pod;
  return Array.from({ length: count }, (_, index) => middle(index));
}

async function settled(control: SidecarControl): Promise<number> {
  let last = -1;
  for (let now = await counted(control); now !== last; now = await counted(control)) {
    last = now;
    await sleep(QUIET);
  }
  return last;
}

/** Of clusters, endpoints, listeners and routes together. */
async function counted({ istiod }: SidecarControl): Promise<number> {
  const sums = (await istiod.metrics()).matchAll(/^pilot_xds_config_size_bytes_sum\{[^}]*\} (\S+)$/gm);
  return [...sums].reduce((sum, [, value]) => sum + Number(value), 0);
}

function linesOf(
  size: number,
  measured: Readonly<Record<keyof typeof MEASURED, readonly Measured[]>>,
  calls: number,
): readonly string[] {
  const ratio = (than: keyof typeof MEASURED) =>
    (meanAt(measured[than], calls) / meanAt(measured.with, calls)).toFixed(1);
  const goal = GOALS[size];
  const said = goal === undefined ? "" : ` (goal ${goal})`;
  return [
    `${size} services, ${calls.toFixed(1)} calls of a proxy, with Sidecars and exportTo: ${shown(measured.with, calls)}`,
    `${size} services, with exportTo alone: ${shown(measured.without, calls)}`,
    `${size} services, with neither: ${shown(measured.unscoped, calls)}`,
    `${size} services: ${ratio("unscoped")} × fewer bytes for each proxy than with neither${said}, ${ratio("without")} × fewer than with exportTo alone`,
  ];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * The mean of all proxies from that of some: a few call very many services, and how many of those were drawn would decide. Bytes grow in
 * proportion with calls, so what was measured is moved along its regression line to the mean number of calls.
 */
function meanAt(measured: readonly Measured[], calls: number): number {
  const [x, y] = [mean(measured.map((one) => one.calls)), mean(measured.map(({ bytes }) => bytes))];
  const spreadOf = measured.map((one) => (one.calls - x) ** 2);
  const slope = mean(measured.map((one) => (one.calls - x) * (one.bytes - y))) / mean(spreadOf);
  return y + slope * (calls - x);
}

function shown(measured: readonly Measured[], calls: number): string {
  const sorted = measured.map(({ bytes }) => bytes).toSorted((a, b) => a - b);
  const kilobytes = (value = 0) => `${(value / 1_000).toFixed(0)} kB`;
  return `mean ${kilobytes(meanAt(measured, calls))}, measured from ${kilobytes(sorted[0])} to ${kilobytes(sorted.at(-1))}`;
}
