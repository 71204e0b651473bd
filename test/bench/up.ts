/**
 * `pulumi up` of a mesh against what the API server can take: the same objects by `kubectl apply --server-side`, and by as many requests at
 * a time as the server answers. The engine, its state and the API server are real; providers are doubles where the plugins are not on PATH.
 */
import { execFile } from "node:child_process";
import { readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Provider } from "@pulumi/kubernetes";
import { existing, MeshPlatform, type RenderedMesh, renderMesh } from "meshwright/pulumi";
import type { KubernetesObject } from "../../components/engines/kubernetes.ts";
import { defineMesh, http } from "../../components/index.ts";
import { applyAll, type Kubernetes, namespace } from "../cluster/kubernetes.ts";
import { findParts } from "../cluster/parts/find-parts.ts";
import { finalize } from "../cluster/pulumi/kubernetes-double.ts";
import type { PulumiCluster } from "../cluster/pulumi/pulumi-suite.ts";
import { onPulumi } from "./on-pulumi.ts";

const SIZES = [100, 1_000];
/** A service has five objects, one that is called seven. */
const OBJECTS_PER_SERVICE = 6;
const AT_ONCE = 16;
/** Times the final state. */
const MOST_WRITES = 3;
const MESH = "bench-up";

/** What docs/pulumi.md tells under "Speed"; the client's own settings stand in the program. */
const LEVERS = {
  PULUMI_SKIP_CHECKPOINTS: "true",
  PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
  PULUMI_PARALLEL: "64",
};
/** Longer than this a default `up` of 1,000 objects takes by far, since it writes its state 2,000 times. */
const MOST_BY_DEFAULT = 100;

export const benchUp = (): Promise<readonly string[]> => onPulumi(bench);

async function bench(cluster: PulumiCluster): Promise<readonly string[]> {
  const found = await findParts(["kubectl"]);
  const kubectl = found.kind === "found" ? found.paths.kubectl : undefined;
  const lines = [`providers: ${cluster.engine.providers}`];
  if (kubectl === undefined) lines.push("skipped: no kubectl to compare with; `npm run test:cluster` builds it");
  for (const size of SIZES) lines.push(...(await benchSize(size, { ...cluster, kubectl })));
  return lines;
}

interface World extends PulumiCluster {
  readonly kubectl: string | undefined;
}

async function benchSize(size: number, world: World): Promise<readonly string[]> {
  const { kubernetes, group, kubectl } = world;
  const mesh = meshOf(Math.ceil(size / OBJECTS_PER_SERVICE));
  const objects = mesh.objects.map(({ object }) => object);
  const all = [namespace(MESH), ...objects];
  const lines = [`${objects.length} objects`];
  const timed = async (what: string, run: () => Promise<unknown>): Promise<number> => {
    const started = performance.now();
    await run();
    const seconds = (performance.now() - started) / 1_000;
    lines.push(`  ${what}: ${seconds.toFixed(1)} s`);
    return seconds;
  };

  const peers = new Map([
    ["raw apply", await timed(`raw apply, ${AT_ONCE} at a time`, () => applyParallel(kubernetes, all))],
  ]);
  await wipe(kubernetes, objects);
  if (kubectl !== undefined) {
    const file = join(group.directory, "objects.json");
    await writeFile(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: all }));
    const args = [`--kubeconfig=${kubernetes.kubeconfig}`, "apply", "--server-side", "-f", file];
    peers.set("kubectl", await timed("kubectl apply --server-side", () => promisify(execFile)(kubectl, args)));
    await wipe(kubernetes, objects);
  }
  if (size <= MOST_BY_DEFAULT) {
    await timed("pulumi up, defaults", () => up(world, `default-${size}`, mesh, {}));
    await wipe(kubernetes, objects);
  }
  const name = `levers-${size}`;
  const seconds = await timed("pulumi up, with the levers", () => up(world, name, mesh, LEVERS));
  lines.push(`  state: ${await stateOf(world, name)}`);
  await timed("pulumi preview, nothing changed", async () => {
    const stack = await stackOf(world, name, mesh, LEVERS);
    await stack.preview({ suppressOutput: true } as never);
  });
  await timed("pulumi up, nothing changed", () => up(world, name, mesh, LEVERS));
  await wipe(kubernetes, objects);
  const quiet = await withoutLogs(world, () =>
    timed("pulumi up, with the levers and without its logs", () => up(world, `quiet-${size}`, mesh, LEVERS)),
  );
  for (const [peer, took] of peers) {
    const allowed = 1.3 * took + 4;
    const said = (own: number) => (own <= allowed ? "held" : "not held");
    lines.push(
      `  goal: 1.3 × ${peer} and 4 s, ${allowed.toFixed(1)} s: ${said(quiet)}, with Pulumi's logs ${said(seconds)}`,
    );
  }
  await wipe(kubernetes, objects);
  return lines;
}

/** Since 2026 the command line logs every command, unasked (pulumi#23731). Where it cannot make the folder for that, it goes on without. */
async function withoutLogs<T>({ engine }: World, run: () => Promise<T>): Promise<T> {
  const folder = join(engine.env.PULUMI_HOME ?? "", "logs");
  await rename(folder, `${folder}.kept`);
  await writeFile(folder, "");
  const result = await run();
  await rm(folder);
  await rename(`${folder}.kept`, folder);
  return result;
}

/** The final state, and all that Pulumi wrote to come to it: a copy for the history. Nothing of a first deployment is overwritten. */
async function stateOf({ engine }: World, name: string): Promise<string> {
  const files = await readdir(join(engine.state, ".pulumi"), { recursive: true, withFileTypes: true });
  const written = files.filter((file) => file.isFile() && file.name.startsWith(name));
  const sizes = await Promise.all(written.map(({ parentPath, name: file }) => sizeOf(join(parentPath, file))));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const final = await sizeOf(join(engine.state, `.pulumi/stacks/${MESH}/${name}.json`));
  return `${kilobytes(final)}; Pulumi wrote ${kilobytes(total)}, ${(total / final).toFixed(2)} times that (goal ${MOST_WRITES})`;
}

const sizeOf = async (file: string): Promise<number> => (await stat(file)).size;
const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(0)} kB`;

/** Services that call the one before them, each with two versions and a split between them. */
function meshOf(count: number): RenderedMesh {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const services = numbers.map((index) => [
    `s${index}`,
    { ports: { http: http(80) }, versions: ["v1", "v2"], ...(index === 0 ? {} : { calls: [`s${index - 1}`] }) },
  ]);
  const routes = numbers.map((index) => [`s${index}`, { split: { to: { v1: 90, v2: 10 } } }]);
  const mesh = defineMesh({
    name: MESH,
    targets: ["istio"],
    services: Object.fromEntries(services),
    routes: Object.fromEntries(routes),
  } as never);
  return renderMesh(mesh, { environment: "default" });
}

const stackOf = (
  { engine, kubernetes }: World,
  name: string,
  mesh: RenderedMesh,
  settings: Readonly<Record<string, string>>,
) =>
  engine.stack(
    MESH,
    name,
    async () => {
      const kubeClientSettings = { qps: 1_000, burst: 2_000 };
      const provider = new Provider("cluster", { kubeconfig: kubernetes.kubeconfig, kubeClientSettings });
      const controlPlane = existing({ revision: "stable", version: "1.31.4", rootNamespace: "istio-system" });
      new MeshPlatform(MESH, { mesh, controlPlane }, { provider });
    },
    settings,
  );

async function up(world: World, name: string, mesh: RenderedMesh, settings: Readonly<Record<string, string>>) {
  const stack = await stackOf(world, name, mesh, settings);
  await stack.up({ suppressOutput: true } as never);
}

async function applyParallel({ api }: Kubernetes, [home, ...objects]: readonly KubernetesObject[]): Promise<void> {
  await applyAll(api, home === undefined ? [] : [home]);
  const queue = [...objects];
  const worker = async () => {
    for (let object = queue.shift(); object !== undefined; object = queue.shift()) await applyAll(api, [object]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function wipe({ api }: Kubernetes, objects: readonly KubernetesObject[]): Promise<void> {
  await Promise.all(objects.map((object) => api.delete(object)));
  await api.delete(namespace(MESH));
  await finalize(api, MESH);
}
