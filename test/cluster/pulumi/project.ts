/** A project of Pulumi as a user has it: our Pulumi.yaml, stacks and sources in a folder of its own, with a stack file of the suite. */
import { execFile } from "node:child_process";
import { chmod, cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { KubernetesObject } from "../../../components/engines/kubernetes.ts";

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));

const MESH = [
  "--conditions=meshwright-source",
  "--disable-warning=ExperimentalWarning",
  join(REPOSITORY, "cli/main.ts"),
];

/** A control plane of somebody else: one of our own would ask istiod about each object, and no pod runs here. */
export const stackFile = (version: string, context = "test"): string => `config:
  online-boutique:environment: staging
  online-boutique:controlPlane: { kind: existing, revision: stable, version: "${version}" }
  online-boutique:certificateAuthority: { kind: generated, protect: false }
  online-boutique:gateways:
    shop: { exposure: node-port, replicas: 1 }
  online-boutique:charts: { kind: official }
  online-boutique:cluster: { context: ${context} }
`;

/** What says that there is one in the cluster. */
export const stable: KubernetesObject = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "MutatingWebhookConfiguration",
  metadata: { name: "istio-revision-tag-stable", labels: { "istio.io/rev": "1-31-4", "istio.io/tag": "stable" } },
  webhooks: [],
};

export interface Ended {
  readonly code: number;
  readonly output: string;
}

export interface Project {
  readonly folder: string;
  /** In which its commands run. */
  readonly env: NodeJS.ProcessEnv;
  /** `pulumi ARGS`, in the project. */
  pulumi(...args: readonly string[]): Promise<Ended>;
  /** `mesh ARGS`, in the project. */
  mesh(...args: readonly string[]): Promise<Ended>;
}

export async function createProject(parent: string, stackFile: string, env: NodeJS.ProcessEnv): Promise<Project> {
  const folder = join(parent, "project");
  await mkdir(join(folder, "stacks"), { recursive: true });
  // Copied: the program looks for its lock file beside itself.
  for (const name of ["Pulumi.yaml", "package.json", "stacks/main.ts", "stacks/meshes", "stacks/releases"])
    await cp(join(REPOSITORY, name), join(folder, name), { recursive: true });
  for (const name of ["components", "node_modules"]) await symlink(join(REPOSITORY, name), join(folder, name));
  await writeFile(join(folder, "stacks/Pulumi.test.yaml"), stackFile);
  const host = await writeLanguageHost(parent);
  const environment = { ...env, PATH: `${host}:${env.PATH ?? ""}` };
  return {
    folder,
    env: environment,
    pulumi: (...args) => run("pulumi", [...args, "--non-interactive"], folder, environment),
    mesh: (...args) => run(process.execPath, [...MESH, ...args], folder, environment),
  };
}

/** The engine finds a language host by its name on PATH. */
async function writeLanguageHost(parent: string): Promise<string> {
  const folder = join(parent, "language");
  await mkdir(folder);
  const double = fileURLToPath(new URL("language-double.ts", import.meta.url));
  const path = join(folder, "pulumi-language-nodejs");
  const command = `"${process.execPath}" --conditions=meshwright-source --disable-warning=ExperimentalWarning "${double}"`;
  await writeFile(path, `#!/bin/sh\nexec ${command} "$@"\n`);
  await chmod(path, 0o755);
  return folder;
}

function run(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
    });
  });
}
