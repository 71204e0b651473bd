/** `envoy --mode validate` on every file of a proxy, in a folder of its own with the certificates that the files name. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { RenderedProxy } from "../../components/engines/envoy/render.ts";
import { createAuthority } from "../../components/local/certificates.ts";
import type { JsonObject } from "../../components/values/json.ts";
import { staticBootstrap } from "./static-bootstrap.ts";

/** What Envoy says against it; nothing when it accepts all of it. */
export const validate = (envoy: string, proxy: Pick<RenderedProxy, "files">): Promise<string | undefined> =>
  validateBootstrap(envoy, staticBootstrap(proxy));

export async function validateBootstrap(envoy: string, bootstrap: JsonObject): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "meshwright-validate-"));
  try {
    await writeFile(join(folder, "bootstrap.json"), JSON.stringify(bootstrap));
    for (const [path, pem] of await certificateFiles(bootstrap)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), pem);
    }
    return await run(envoy, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const run = (envoy: string, cwd: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const options = ["--mode", "validate", "--log-level", "error", "-c", "bootstrap.json"];
    execFile(envoy, options, { cwd, timeout: 30_000 }, (error, stdout, stderr) =>
      resolve(error === null ? undefined : `${stderr}${stdout}` || error.message),
    );
  });

type SecretFiles = JsonObject & {
  readonly tls_certificate?: { readonly certificate_chain: File; readonly private_key: File };
  readonly validation_context?: { readonly trusted_ca: File };
};
type File = { readonly filename: string };

/** Envoy loads them and compares each certificate with its key; whose they are, validation does not ask. */
async function certificateFiles({ static_resources }: JsonObject): Promise<readonly (readonly [string, string])[]> {
  const { caPem, leaf } = await (certificates ??= issue());
  const { secrets = [] } = static_resources as { readonly secrets?: readonly SecretFiles[] };
  return secrets.flatMap(({ tls_certificate: pair, validation_context: roots }) => [
    ...(pair === undefined
      ? []
      : [fileOf(pair.certificate_chain, leaf.certificatePem), fileOf(pair.private_key, leaf.keyPem)]),
    ...(roots === undefined ? [] : [fileOf(roots.trusted_ca, caPem)]),
  ]);
}

const fileOf = ({ filename }: File, pem: string): readonly [string, string] => [filename, pem];

let certificates: ReturnType<typeof issue> | undefined;

async function issue() {
  const authority = await createAuthority({ trustDomain: "test.mesh" });
  return { caPem: authority.caPem, leaf: await authority.issueWorkload("spiffe://test.mesh/ns/test/sa/test") };
}
