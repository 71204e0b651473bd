/** The stand-ins of `mesh run` as the applications of a mesh, and as the servers outside. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Authority } from "../../components/local/certificates.ts";
import { servedBy } from "../../components/local/run-plan.ts";
import { WorkloadProcess } from "../../components/local/workload-process.ts";
import type { ExternalSpec, WorkloadSpec } from "../../components/local/workload-spec.ts";
import type { Site } from "./istio-mesh.ts";

export async function hostStandIns(site: Site): Promise<() => Promise<void>> {
  const process = new WorkloadProcess(site.folder);
  site.group.guard(process.pid);
  await process.serve({ workloads: await workloadsOf(site), externals: await externalsOf(site) });
  return () => process.stop();
}

interface Pair {
  readonly certFile: string;
  readonly keyFile: string;
}

async function writePair(authority: Authority, name: string, path: string): Promise<Pair> {
  const { certificatePem, keyPem } = await authority.issueServer([name]);
  const files = { certFile: `${path}.crt`, keyFile: `${path}.key` };
  await writeFile(files.certFile, certificatePem);
  await writeFile(files.keyFile, keyPem, { mode: 0o600 });
  return files;
}

/** One that speaks TLS itself has a certificate for that. */
async function workloadsOf({ pods, socketOf, folder, authority }: Site): Promise<readonly WorkloadSpec[]> {
  const tls = await writePair(authority, "application.test", join(folder, "application"));
  return pods.flatMap((pod) => {
    if (pod.plays.kind !== "service") return [];
    const { service, version = null } = pod.plays;
    const ports = service.ports.map((port) => ({
      name: port.name,
      protocol: port.protocol,
      listen: { path: socketOf(pod, port) },
      ...(port.protocol === "tls" ? tls : {}),
    }));
    return [{ id: pod.name, service: service.key, version, identity: service.identity, ports, calls: [] }];
  });
}

function externalsOf({ ir, folder, authority, outsidePort }: Site): Promise<readonly ExternalSpec[]> {
  const pairs = ir.externals.flatMap((external) => external.ports.map((port) => ({ external, port })));
  return Promise.all(
    pairs.map(async ({ external, port }, index) => ({
      host: external.host,
      port: outsidePort(external.host, port.name),
      serves: servedBy(external, port),
      ...(await writePair(authority, external.host, join(folder, `outside-${index}`))),
    })),
  );
}
