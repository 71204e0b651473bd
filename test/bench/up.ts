/**
 * `pulumi up` of a mesh against what the API server can take: the same objects by `kubectl apply --server-side`, and by as many requests at
 * a time as the server answers. The engine, its state and the API server are real; providers are doubles where the plugins are not on PATH.
 */
import { execFile } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
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
const MESH = "bench-up";

/** What docs/pulumi.md tells under "Speed"; the client's own settings stand in the program. */
const LEVERS = { PULUMI_SKIP_CHECKPOINTS: "true", PULUMI_PARALLEL: "64" };
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

  const raw = await timed(`raw apply, ${AT_ONCE} at a time`, () => applyParallel(kubernetes, all));
  await wipe(kubernetes, objects);
  let best = raw;
  if (kubectl !== undefined) {
    const file = join(group.directory, "objects.json");
    await writeFile(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: all }));
    const args = [`--kubeconfig=${kubernetes.kubeconfig}`, "apply", "--server-side", "-f", file];
    best = Math.min(raw, await timed("kubectl apply --server-side", () => promisify(execFile)(kubectl, args)));
    await wipe(kubernetes, objects);
  }
  if (size <= MOST_BY_DEFAULT) {
    await timed("pulumi up, defaults", () => up(world, `default-${size}`, mesh, {}));
    await wipe(kubernetes, objects);
  }
  const name = `levers-${size}`;
  const written = watchWrites();
  const seconds = await timed("pulumi up, with the levers", () => up(world, name, mesh, LEVERS));
  lines.push(`  state: ${await stateOf(world, name, written.stop())}`);
  await timed("pulumi preview, nothing changed", async () => {
    const stack = await stackOf(world, name, mesh, LEVERS);
    await stack.preview({ suppressOutput: true } as never);
  });
  await timed("pulumi up, nothing changed", () => up(world, name, mesh, LEVERS));
  const allowed = 1.3 * best + 4;
  lines.push(
    `  goal: 1.3 × the best of the others and 4 s, ${allowed.toFixed(1)} s: ${seconds <= allowed ? "held" : "not held"}`,
  );
  await wipe(kubernetes, objects);
  return lines;
}

/** The final state, and how much Pulumi wrote to come to it. */
async function stateOf({ engine }: World, name: string, written: number): Promise<string> {
  const { size } = await stat(join(engine.state, `.pulumi/stacks/${MESH}/${name}.json`));
  const kilobytes = (bytes: number) => `${(bytes / 1_000).toFixed(0)} kB`;
  return `${kilobytes(size)}; Pulumi wrote ${kilobytes(written)} to files, ${(written / size).toFixed(1)} times that`;
}

/** What the command line, a child of this process, has written to files. */
function watchWrites(): { stop(): number } {
  const written = new Map<string, number>();
  const look = async () => {
    const children = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, "utf8");
    for (const pid of children.split(" ").filter(Boolean)) {
      const [command, io] = await Promise.all(
        ["cmdline", "io"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "")),
      );
      const bytes = /^write_bytes: (\d+)$/m.exec(io ?? "")?.[1];
      if (/(?:^|\/)pulumi\0/.test(command ?? "") && bytes !== undefined) written.set(pid, Number(bytes));
    }
  };
  const timer = setInterval(() => void look(), 20);
  return {
    stop() {
      clearInterval(timer);
      return [...written.values()].reduce((sum, bytes) => sum + bytes, 0);
    },
  };
}

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
