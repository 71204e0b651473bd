/**
 * Owns how rendered proxies become folders. A folder appears whole or not at all: it is written beside its place and then moved there.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileText } from "../components/engines/envoy/block.ts";
import { fileName } from "../components/engines/envoy/names.ts";
import type { RenderedProxy } from "../components/engines/envoy/render.ts";
import type { MeshIr } from "../components/ir/mesh-ir.ts";

export interface Written {
  readonly proxies: number;
  readonly files: number;
  readonly bytes: number;
}

/** True also where there is nothing at all. */
export function isEmptyFolder(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch {
    return !existsSync(folder);
  }
}

export function replaceFolder<T>(folder: string, write: (staging: string) => T): T {
  mkdirSync(dirname(folder), { recursive: true });
  const staging = mkdtempSync(join(dirname(folder), `.${basename(folder)}-`));
  try {
    const fresh = join(staging, "new");
    mkdirSync(fresh);
    const result = write(fresh);
    moveAside(folder, join(staging, "old"));
    renameSync(fresh, folder);
    return result;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function moveAside(folder: string, to: string): void {
  try {
    renameSync(folder, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

export function writeProxies(proxies: readonly RenderedProxy[], ir: MeshIr, folder: string): Written {
  const certificates = new Set<string>();
  let files = 0;
  let bytes = 0;
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    files += 1;
    bytes += Buffer.byteLength(text);
  };
  for (const proxy of proxies) {
    for (const file of proxy.files) {
      const text = fileText(file);
      for (const [, path = ""] of text.matchAll(/"filename":"(certs\/[^"]+)"/g)) certificates.add(path);
      write(join(fileName(proxy.name), file.path), text);
    }
  }
  write("README.txt", readme(proxies, ir, [...certificates].sort()));
  return { proxies: proxies.length, files, bytes };
}

function readme(proxies: readonly RenderedProxy[], ir: MeshIr, certificates: readonly string[]): string {
  const first = fileName(proxies[0]?.name ?? "");
  return `Envoy configuration of the mesh "${ir.name}", environment "${ir.environment}": one folder per proxy.

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
