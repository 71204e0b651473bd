/** Owns how rendered proxies become files: one folder per proxy. */
import { join } from "node:path";
import { fileText } from "../components/engines/envoy/block.ts";
import { fileName } from "../components/engines/envoy/names.ts";
import type { RenderedProxy } from "../components/engines/envoy/render.ts";
import type { MeshIr } from "../components/ir/mesh-ir.ts";
import { FolderWriter, type Written } from "./written-folder.ts";

export const README = "README.txt";
export const README_BEGINS = "Envoy configuration of the mesh ";

export function writeProxies(proxies: readonly RenderedProxy[], ir: MeshIr, folder: string): Written {
  const certificates = new Set<string>();
  const writer = new FolderWriter(folder);
  for (const proxy of proxies) {
    for (const file of proxy.files) {
      const text = fileText(file);
      for (const [, path = ""] of text.matchAll(/"filename":"(certs\/[^"]+)"/g)) certificates.add(path);
      writer.write(join(fileName(proxy.name), file.path), text);
    }
  }
  writer.write(README, readme(proxies, ir, [...certificates].sort()));
  return writer.written({ proxies: proxies.length });
}

function readme(proxies: readonly RenderedProxy[], ir: MeshIr, certificates: readonly string[]): string {
  const first = fileName(proxies[0]?.name ?? "");
  return `${README_BEGINS}"${ir.name}", environment "${ir.environment}": one folder per proxy.

Start one (Envoy 1.39 or newer); paths in the files are relative to the proxy's folder:

    cd ${first}
    envoy -c bootstrap.json

Check one without starting it:

    cd ${first}
    envoy --mode validate -c bootstrap.json

A proxy needs certificates in its folder certs/. They are secrets and never written by mesh render; provide those that its own
files in sds/ name. In this mesh these are:

${certificates.map((path) => `    ${path}`).join("\n")}

identity.crt and identity.key hold the proxy's SPIFFE identity in the trust domain "${ir.trustDomain}", ca.crt the roots that signed
them. The workload beside a sidecar listens on workload.<port>.sock in the sidecar's folder. All addresses are on loopback and depend
only on what they are for. "mesh run" starts all of it on one machine, certificates and stand-in workloads included.
`;
}
