/**
 * Pulumi's real engine for a suite: the CLI, a state file in the suite's folder, and providers: the real plugins where all of them are
 * on PATH, else the doubles. Programs run inside the suite's own process, so no language host is needed.
 */
import { randomUUID } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { type EngineEvent, LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation/index.js";
import { findOnPath } from "../../../components/local/find-on-path.ts";
import type { Access } from "../api-client.ts";
import { type ProcessGroup, type Started, until } from "../process-group.ts";
import type { DoubleOptions } from "./kubernetes-double.ts";
import type { PulumiParts } from "./pulumi-part.ts";

export interface PulumiEngine {
  /** For the output of the suite: which providers were used. */
  readonly providers: "the real plugins" | "the doubles of test/cluster/pulumi";
  /** Where state lies. */
  readonly state: string;
  /** In which the CLI runs. */
  readonly env: NodeJS.ProcessEnv;
  stack(project: string, name: string, program: PulumiFn, settings?: Settings): Promise<Stack>;
}

/** Variables of the environment, as users set them. */
type Settings = Readonly<Record<string, string>>;

const PROVIDERS = ["kubernetes", "tls", "random"] as const;

export async function startEngine(
  group: ProcessGroup,
  { pulumi: cli, helm }: PulumiParts,
  access: Access,
  settings: Settings = {},
  options: Omit<DoubleOptions, "helm"> = {},
): Promise<PulumiEngine> {
  const state = join(group.directory, "state");
  const home = join(group.directory, "home");
  for (const folder of [state, home]) await mkdir(folder, { recursive: true });
  const plugins = await Promise.all(PROVIDERS.map((name) => findOnPath(`pulumi-resource-${name}`, process.env)));
  const real = plugins.every((one) => one !== undefined);
  const args = [JSON.stringify(access), JSON.stringify({ helm, from: process.cwd(), ...options })];
  const doubles = real ? [] : PROVIDERS.map((name) => serve(group, name, args, settings));
  const attached = (await Promise.all(doubles)).join(",");
  const envVars = {
    PATH: `${dirname(cli)}${delimiter}${process.env.PATH ?? ""}`,
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: "a suite's own",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    ...(real ? {} : { PULUMI_DEBUG_PROVIDERS: attached }),
    ...settings,
  };
  // The Automation API looks for the CLI on the PATH of its own process.
  process.env.PATH = envVars.PATH;
  return {
    providers: real ? "the real plugins" : "the doubles of test/cluster/pulumi",
    state,
    env: { ...process.env, ...envVars, PULUMI_HOME: home },
    stack: (projectName, stackName, program, more = {}) =>
      LocalWorkspace.createOrSelectStack(
        { projectName, stackName, program },
        { envVars: { ...envVars, ...more }, pulumiHome: home },
      ),
  };
}

/** `name:port`, as the engine attaches to it. */
async function serve(group: ProcessGroup, name: string, args: readonly string[], settings: Settings): Promise<string> {
  const program = new URL("serve-double.ts", import.meta.url).pathname;
  const flags = ["--conditions=meshwright-source", "--disable-warning=ExperimentalWarning"];
  const double = group.start(`provider-${name}-${randomUUID()}`, process.execPath, [...flags, program, name, ...args], {
    env: { ...process.env, ...settings },
  });
  let port = "";
  await until(double, 30, async () => (port = await portOf(double)) !== "");
  return `${name}:${port}`;
}

const portOf = async ({ log }: Started): Promise<string> => /^(\d+)$/m.exec(await readFile(log, "utf8"))?.[1] ?? "";

export type Operation = "preview" | "up" | "refresh" | "destroy";

/** Performs it, and tells all that Pulumi told meanwhile. */
export async function eventsOf(stack: Stack, operation: Operation): Promise<readonly EngineEvent[]> {
  const events: EngineEvent[] = [];
  const onEvent = (event: EngineEvent) => void events.push(event);
  await stack[operation]({ onEvent, suppressOutput: true } as never);
  return events;
}

export const changesOf = async (stack: Stack, operation: Operation): Promise<ReadonlyMap<string, string>> =>
  changesIn(await eventsOf(stack, operation));

/** What an operation did, by type and logical name. What a refresh finds is known only when it has looked. */
export function changesIn(events: readonly EngineEvent[]): ReadonlyMap<string, string> {
  const changes = new Map<string, string>();
  for (const { resourcePreEvent, resOutputsEvent } of events) {
    const { op, urn } = (resourcePreEvent ?? resOutputsEvent)?.metadata ?? {};
    if (op !== undefined && urn !== undefined && !IDLE.includes(op))
      changes.set(`${typeOf(urn)} ${urn.split("::").slice(3).join("::")}`, op);
  }
  return changes;
}

const IDLE: readonly string[] = ["same", "read", "refresh"];

const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";
