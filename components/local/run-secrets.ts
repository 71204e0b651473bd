/**
 * The certificates of a run: who gets which, written as SDS files into the folders of the proxies. Keys stand in files that only
 * the user who runs the mesh can read, and go with the run.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { edgeSecret } from "../engines/envoy/tls.ts";
import { hostsOf } from "../ir/hosts.ts";
import type { ExternalIr, GatewayIr, ServiceIr } from "../ir/mesh-ir.ts";
import { type Authority, createAuthority, type IssuedCertificate } from "./certificates.ts";
import { replaceFile } from "./files.ts";
import { outsideFile, proxyDirectory } from "./run-plan.ts";

export class RunSecrets {
  readonly #directory: string;
  /** Signs what belongs to the mesh. */
  readonly authority: Authority;
  /** Signs what stands for servers outside. */
  readonly #outside: Authority;

  private constructor(directory: string, authority: Authority, outside: Authority) {
    this.#directory = directory;
    this.authority = authority;
    this.#outside = outside;
  }

  static async create(directory: string, trustDomain: string): Promise<RunSecrets> {
    const [authority, outside] = await Promise.all([
      createAuthority({ trustDomain }),
      createAuthority({ trustDomain: "outside" }),
    ]);
    // For applications that speak TLS themselves.
    await writeFile(join(directory, "ca.crt"), authority.caPem);
    await writeFile(join(directory, "outside.crt"), outside.caPem);
    return new RunSecrets(directory, authority, outside);
  }

  /** Who a proxy is. */
  async writeIdentity(proxy: string, { identity }: ServiceIr | GatewayIr): Promise<void> {
    const folder = proxyDirectory(this.#directory, proxy);
    await this.#write(folder, "identity", certificate(await this.authority.issueWorkload(identity)));
  }

  /** Whom it trusts. */
  writeRoots(proxy: string): Promise<void> {
    return this.#write(proxyDirectory(this.#directory, proxy), "roots", roots(this.authority.caPem));
  }

  /** What a workload that speaks TLS itself shows: a certificate for its names. */
  async writeWorkload(proxy: string, { name, namespace }: ServiceIr): Promise<void> {
    const path = join(proxyDirectory(this.#directory, proxy), "certs", "workload");
    await writePair(path, await this.authority.issueServer(hostsOf(name, namespace, true)));
  }

  /** What a gateway shows to clients outside: one certificate for each listener's hosts. */
  async writeEdges(proxy: string, { listeners }: GatewayIr): Promise<void> {
    const folder = proxyDirectory(this.#directory, proxy);
    for (const { name, hosts, tls } of listeners) {
      if (tls !== undefined)
        await this.#write(folder, edgeSecret(name), certificate(await this.authority.issueServer(hosts)));
    }
  }

  /** The roots for servers outside: in a run one authority plays all of them. */
  async writeExternalRoots(proxy: string, externals: readonly ExternalIr[]): Promise<void> {
    const folder = proxyDirectory(this.#directory, proxy);
    const secrets = ["external-roots", ...externals.map(({ key }) => `external-roots.${key}`)];
    for (const secret of secrets) await this.#write(folder, secret, roots(this.#outside.caPem));
  }

  /** The certificates of the servers that play the outside. */
  async writeOutside(externals: readonly ExternalIr[]): Promise<void> {
    await mkdir(join(this.#directory, "outside"), { recursive: true, mode: 0o700 });
    for (const external of externals) {
      const { certificatePem, keyPem } = await this.#outside.issueServer([external.host]);
      await replaceFile(outsideFile(this.#directory, external, "crt"), certificatePem);
      await replaceFile(outsideFile(this.#directory, external, "key"), keyPem, { secret: true });
    }
  }

  #write(folder: string, name: string, secret: object): Promise<void> {
    const resource = {
      "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",
      name,
      ...secret,
    };
    return replaceFile(join(folder, "sds", `${name}.json`), JSON.stringify({ resources: [resource] }), {
      secret: true,
    });
  }
}

const certificate = ({ certificatePem, keyPem }: IssuedCertificate) => ({
  tls_certificate: { certificate_chain: { inline_string: certificatePem }, private_key: { inline_string: keyPem } },
});

const roots = (pem: string) => ({ validation_context: { trusted_ca: { inline_string: pem } } });

async function writePair(path: string, { certificatePem, keyPem }: IssuedCertificate): Promise<void> {
  await replaceFile(`${path}.crt`, certificatePem);
  await replaceFile(`${path}.key`, keyPem, { secret: true });
}
