/** What the real provider does with a chart, for the double: `helm template`, and each object a resource below the chart. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ComponentResource, type ComponentResourceOptions, CustomResource, output } from "@pulumi/pulumi";
import type { ConstructResult } from "@pulumi/pulumi/provider/index.js";
import { parseAllDocuments } from "yaml";
import type { KubernetesObject } from "../../../components/engines/kubernetes.ts";

export const CHART = "kubernetes:helm.sh/v4:Chart";

interface ChartInputs {
  readonly chart: string;
  readonly name: string;
  readonly namespace: string;
  readonly values: object;
}

/** Of any type: the engine asks for no more. */
class Child extends CustomResource {}

class Chart extends ComponentResource {
  readonly resources: readonly CustomResource[];

  constructor(name: string, objects: readonly KubernetesObject[], options: ComponentResourceOptions) {
    super(CHART, name, {}, options);
    this.resources = objects.map((object) => this.#child(name, object));
    this.registerOutputs({ resources: this.resources });
  }

  #child(name: string, object: KubernetesObject): CustomResource {
    const { apiVersion, kind, metadata } = object;
    const type = `kubernetes:${apiVersion === "v1" ? "core/v1" : apiVersion}:${kind}`;
    const place = metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
    // What Helm would keep, Pulumi keeps: deleting a CRD deletes every object of its kind.
    const retainOnDelete = metadata.annotations?.["helm.sh/resource-policy"] === "keep";
    return new Child(type, `${name}:${place}`, { ...object }, { parent: this, retainOnDelete });
  }
}

export interface Helm {
  readonly program: string;
  readonly from?: string | undefined;
}

export async function constructChart(
  helm: Helm,
  name: string,
  inputs: object,
  options: ComponentResourceOptions,
): Promise<ConstructResult> {
  const known = await resolved<ChartInputs>(inputs);
  const chart = new Chart(name, await renderChart(helm, known), options);
  return { urn: chart.urn, state: { resources: [...chart.resources] } };
}

const resolved = <T>(inputs: object): Promise<T> =>
  new Promise((resolve) => void output(inputs).apply((value) => resolve(value as T)));

export async function renderChart(helm: Helm, inputs: ChartInputs): Promise<readonly KubernetesObject[]> {
  const folder = await mkdtemp(join(tmpdir(), "meshwright-chart-"));
  try {
    const values = join(folder, "values.json");
    await writeFile(values, JSON.stringify(inputs.values));
    const text = await run(helm, ["template", inputs.name, inputs.chart, "-n", inputs.namespace, "-f", values]);
    return parseAllDocuments(text)
      .map((document) => document.toJS() as KubernetesObject | null)
      .filter((object) => object !== null);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const run = ({ program, from: cwd }: Helm, args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(program, args, { cwd, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(stderr));
    });
  });
