/**
 * How long the program of a stack takes to start, beyond what the smallest program of Pulumi's takes: to load, to compile its mesh and to
 * ask the cluster, until the engine has its first resource. The engine tells of each resource when it hears of it; the first is the stack
 * itself, which Pulumi registers before it loads the program. Engine and API server are real; the language host is the suite's double,
 * which starts programs as Pulumi's does.
 */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { applyAll, namespace } from "../cluster/kubernetes.ts";
import { createProject, type Project, stable, stackFile } from "../cluster/pulumi/project.ts";
import type { PulumiCluster } from "../cluster/pulumi/pulumi-suite.ts";
import { onPulumi } from "./on-pulumi.ts";
import { cpuMicroseconds } from "./process-usage.ts";
import { figure } from "./summary.ts";

const RUNS = 7;
/** @unit milliseconds */
const GOAL = 1_500;

export const benchStart = (): Promise<readonly string[]> => onPulumi(bench);

async function bench({ group, kubernetes, engine }: PulumiCluster): Promise<readonly string[]> {
  await applyAll(kubernetes.api, [namespace("istio-system"), stable]);
  const env = { ...engine.env, KUBECONFIG: kubernetes.kubeconfig };
  const project = async (name: string): Promise<Project> => {
    const folder = join(group.directory, name);
    await mkdir(folder);
    const made = await createProject(folder, stackFile("1.31.4"), env);
    await made.pulumi("stack", "select", "--create", "test");
    return made;
  };
  const [ours, smallest] = [await project("ours"), await project("smallest")];
  await writeFile(join(smallest.folder, "stacks/main.ts"), SMALLEST);
  const pairs: { readonly own: Preview; readonly least: Preview }[] = [];
  for (let run = 0; run < RUNS; run++) pairs.push({ least: await preview(smallest), own: await preview(ours) });
  const all = (what: keyof Preview) => pairs.map(({ own }) => own[what]);
  const least = (what: keyof Preview) => pairs.map(({ least }) => least[what]);
  const beyond = (what: keyof Preview) => pairs.map(({ own, least }) => own[what] - least[what]);
  return [
    `${RUNS} previews of the Online Boutique's stack, nothing deployed, each beside one of a program of one component`,
    figure("start, to the first resource, beyond the smallest program's", beyond("start"), "ms", GOAL, "goal"),
    figure("processor time of that", beyond("processor"), "ms", GOAL, "goal"),
    figure("start", all("start"), "ms"),
    figure("start of the smallest program", least("start"), "ms"),
    figure("the whole preview", all("whole"), "ms"),
    figure("the whole preview of the smallest program", least("whole"), "ms"),
  ];
}

const SMALLEST =
  'import { ComponentResource } from "@pulumi/pulumi";\n\nnew ComponentResource("test:index:One", "one");\n';

/** @unit milliseconds */
interface Preview {
  /** Between the stack's own resource and the first of the program. */
  readonly start: number;
  /** What the program's process used of the processors meanwhile. */
  readonly processor: number;
  readonly whole: number;
}

async function preview({ folder, env }: Project): Promise<Preview> {
  const began = performance.now();
  const child = spawn("pulumi", ["preview", "--json", "--non-interactive"], {
    cwd: folder,
    env: { ...env, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const heard: { readonly at: number; readonly used: number }[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    if (heard.length < 2 && line.includes('"resourcePreEvent"'))
      heard.push({ at: performance.now(), used: cpuMicroseconds(programOf(folder)) / 1_000 });
  });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`pulumi preview ended with code ${String(code)}`);
  const whole = performance.now() - began;
  const [stack, first] = heard;
  if (stack === undefined || first === undefined) throw new Error("pulumi told of no resource of the program");
  return { start: first.at - stack.at, processor: first.used - stack.used, whole };
}

/** The process that runs a project's program: its folder is among the arguments. */
function programOf(folder: string): number {
  const argument = `--root-directory=${folder}\0`;
  const found = readdirSync("/proc").find((name) => /^\d+$/.test(name) && commandOf(name).includes(argument));
  if (found === undefined) throw new Error(`no process runs the program in ${folder}`);
  return Number(found);
}

/** Empty: it has ended meanwhile. */
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
