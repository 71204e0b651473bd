/**
 * What a sidecar costs: memory at fan-out 12 in a small and a large mesh (limit 5 % apart), and processor time a request against
 * an Envoy with the same features and a configuration of its own, written by hand.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stablePlacement } from "../../components/engines/envoy/placement.ts";
import { http } from "../../components/index.ts";
import { createAuthority } from "../../components/local/certificates.ts";
import { freePorts } from "../../components/local/ports.ts";
import { writeAll } from "../../components/local/proxy-files.ts";
import { type ProxyProcess, startProxy, untilReady } from "../../components/local/proxy-process.ts";
import { RunningMesh } from "../../components/local/running-mesh.ts";
import { compile } from "../../components/passes/compile.ts";
import { envoyRenderer } from "../../components/passes/render.ts";
import { envoyForBench } from "./envoy.ts";
import { startLoad } from "./load.ts";
import { cpuMicroseconds, residentMiB } from "./process-usage.ts";

const FAN_OUT = 12;
const SMALL = FAN_OUT + 1;
const LARGE = 1_000;

export async function benchSidecar(): Promise<readonly string[]> {
  return [await memory(), await processor()];
}

// --- memory --------------------------------------------------------------------------------------------------------

async function memory(): Promise<string> {
  const envoy = await envoyForBench();
  const figures: { small: number[]; large: number[] } = { small: [], large: [] };
  for (let round = 0; round < 3; round++) {
    figures.small.push(await residentOf(envoy, SMALL));
    figures.large.push(await residentOf(envoy, LARGE));
  }
  const [small, large] = [Math.min(...figures.small), Math.min(...figures.large)];
  const apart = (100 * (large - small)) / small;
  return `memory at fan-out ${FAN_OUT}: ${small.toFixed(1)} MiB among ${SMALL} services, ${large.toFixed(1)} MiB among ${LARGE}: ${apart.toFixed(1)} % apart, ratio to limit ${(Math.abs(apart) / 5).toFixed(2)} (limit 5 %)`;
}

async function residentOf(envoy: string, services: number): Promise<number> {
  const names = Array.from({ length: services }, (_, index) => `s${index}`);
  const spec = Object.fromEntries(
    names.map((name, index) => [
      name,
      { ports: { http: http(80) }, calls: index === 0 ? names.slice(1, FAN_OUT + 1) : [] },
    ]),
  );
  const { ir } = compile({ name: "bench", targets: ["envoy"], services: spec });
  if (ir === undefined) throw new Error("the bench's own mesh does not compile");
  const proxy = envoyRenderer(stablePlacement())
    .render(ir)
    .find(({ name }) => name === "bench/s0");
  const owner = ir.services.find(({ key }) => key === "s0");
  if (proxy === undefined || owner === undefined) throw new Error("the bench's own mesh has no s0");
  return inFolder(async (directory) => {
    await writeCertificates(directory, owner.identity);
    await writeAll(directory, proxy.files);
    return whileRunning(envoy, directory, async ({ pid }) => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return residentMiB(pid);
    });
  });
}

async function inFolder<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "meshwright-bench-"));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function whileRunning<T>(
  envoy: string,
  directory: string,
  work: (proxy: ProxyProcess) => Promise<T>,
): Promise<T> {
  const proxy = startProxy(envoy, directory);
  try {
    await untilReady(directory, proxy);
    return await work(proxy);
  } finally {
    await proxy.stop();
  }
}

async function writeCertificates(directory: string, identity: string): Promise<void> {
  const authority = await createAuthority({ trustDomain: "bench.mesh" });
  const { certificatePem, keyPem } = await authority.issueWorkload(identity);
  await mkdir(join(directory, "certs"));
  await writeFile(join(directory, "certs/identity.crt"), certificatePem);
  await writeFile(join(directory, "certs/identity.key"), keyPem, { mode: 0o600 });
  await writeFile(join(directory, "certs/ca.crt"), authority.caPem);
}

// --- processor -----------------------------------------------------------------------------------------------------

const SECONDS = 3;

async function processor(): Promise<string> {
  const envoy = await envoyForBench();
  const services = { web: { ports: { http: http(80) }, calls: ["reviews"] }, reviews: { ports: { http: http(9080) } } };
  const { ir } = compile({ name: "bench", targets: ["envoy"], services });
  if (ir === undefined) throw new Error("the bench's own mesh does not compile");
  const mesh = await RunningMesh.start(ir, { envoy });
  try {
    return await inFolder(async (directory) => {
      const [port = 0] = await freePorts(1);
      await writeFile(join(directory, "bootstrap.json"), JSON.stringify(await bare(mesh, port)));
      return whileRunning(envoy, directory, (proxy) => compare(mesh, proxy.pid, port));
    });
  } finally {
    await mesh.stop();
  }
}

/** ABBA, so that a slow spell of the machine falls on both. */
async function compare(mesh: RunningMesh, barePid: number, barePort: number): Promise<string> {
  const ours = { pid: mesh.pids.get("bench/web") ?? 0, port: mesh.plan.placement.outboundHttp("bench/web").port };
  const bareOne = { pid: barePid, port: barePort };
  const costs = { ours: [] as number[], bare: [] as number[] };
  for (const who of ["bare", "ours", "ours", "bare", "bare", "ours", "ours", "bare"] as const)
    costs[who].push(await costOf(who === "ours" ? ours : bareOne));
  const [a, b] = [Math.min(...costs.ours), Math.min(...costs.bare)];
  return `processor time a request (HTTP/1.1 in, mutual TLS and HTTP/2 out): ${a.toFixed(0)} µs, bare Envoy ${b.toFixed(0)} µs, ratio ${(a / b).toFixed(2)} (goal 1.10)`;
}

async function costOf({ pid, port }: { readonly pid: number; readonly port: number }): Promise<number> {
  const before = cpuMicroseconds(pid);
  const load = startLoad("h1", port, "reviews", 8);
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1_000));
  const { requests, failures } = await load.stop();
  if (failures.size > 0) throw new Error(`the load failed: ${[...failures].join(", ")}`);
  return (cpuMicroseconds(pid) - before) / requests;
}

/** What somebody who only wants to reach this one service with mutual TLS would write. */
async function bare(mesh: RunningMesh, port: number) {
  const { certificatePem, keyPem } = await mesh.authority.issueWorkload("spiffe://bench.mesh/ns/bench/sa/web");
  const callee = mesh.plan.placement.inbound("default/bench/reviews", undefined, "http");
  const any = (type: string, message: object) => ({ "@type": `type.googleapis.com/${type}`, ...message });
  const tls = any("envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext", {
    common_tls_context: {
      tls_params: { tls_minimum_protocol_version: "TLSv1_3", tls_maximum_protocol_version: "TLSv1_3" },
      tls_certificates: [
        {
          certificate_chain: { inline_string: certificatePem },
          private_key: { inline_string: keyPem },
        },
      ],
      validation_context: {
        trusted_ca: { inline_string: mesh.authority.caPem },
        match_typed_subject_alt_names: [
          { san_type: "URI", matcher: { exact: "spiffe://bench.mesh/ns/bench/sa/reviews" } },
        ],
      },
    },
  });
  const manager = any("envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager", {
    stat_prefix: "bare",
    route_config: {
      virtual_hosts: [
        { name: "all", domains: ["*"], routes: [{ match: { prefix: "/" }, route: { cluster: "reviews" } }] },
      ],
    },
    http_filters: [{ name: "router", typed_config: any("envoy.extensions.filters.http.router.v3.Router", {}) }],
  });
  const http2 = any("envoy.extensions.upstreams.http.v3.HttpProtocolOptions", {
    explicit_http_config: { http2_protocol_options: {} },
  });
  return {
    admin: { address: { pipe: { path: "admin.sock" } } },
    static_resources: {
      listeners: [
        {
          name: "out",
          address: { socket_address: { address: "127.0.0.1", port_value: port } },
          filter_chains: [{ filters: [{ name: "http", typed_config: manager }] }],
        },
      ],
      clusters: [
        {
          name: "reviews",
          type: "STATIC",
          load_assignment: {
            cluster_name: "reviews",
            endpoints: [
              {
                lb_endpoints: [
                  { endpoint: { address: { socket_address: { address: callee.host, port_value: callee.port } } } },
                ],
              },
            ],
          },
          transport_socket: { name: "tls", typed_config: tls },
          typed_extension_protocol_options: { "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": http2 },
        },
      ],
    },
  };
}
