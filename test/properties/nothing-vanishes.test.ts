/**
 * DESIGN section 5, 1: nothing vanishes. In every golden mesh that compiles each written value is taken away, and changed: the
 * files of the proxies must differ, or the mesh be refused. What a deployment reads from the IR and no proxy does is listed.
 */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { hasErrors } from "../../components/diagnostics/report.ts";
import type { MeshObject } from "../../components/engines/kubernetes.ts";
import { compile } from "../../components/passes/compile.ts";
import { istioObjects } from "../../components/passes/render.ts";
import { render } from "./rendered.ts";

/** Read by a deployment, so the IR must carry it; with the reason why no proxy's file shows it. */
const DEPLOYMENT_ONLY: readonly (readonly [RegExp, string])[] = [
  [/^services\.[^.]+\.owner$|^gateways\.[^.]+\.owner$/, "who may change it"],
  [/^services\.[^.]+\.selectors\./, "which pods a version has"],
  [/\.ports\.[^.]+\.target$/, "where the workload listens: in a run, and on render, a socket"],
  [/^gateways\.[^.]+\.listeners\.[^.]+\.(?:port|certificate\..+)$/, "given by the placement"],
  [/^externals\.[^.]+\.tls\.roots\./, "a file that the placement names"],
  [/^mtls\.until$|\.mtls\.until$/, "data: dates never change output"],
  [/^targets\./, "decides what is refused, see the golden meshes of losses"],
  [/\.accept\./, "the reason of an accepted loss: a note in every report"],
];

const DEPLOYMENT_ONLY_ON_ISTIO: typeof DEPLOYMENT_ONLY = [
  [/\.ports\.[^.]+\.target$/, "rules of access name it, and where nobody calls there is none"],
  [/\.retries\.backOff\.max$/, "a recorded loss, MW3001"],
  [/^gateways\.[^.]+\.serviceAccount$/, "the account of the gateway's pods, which whoever installs them sets"],
  [/^gateways\.[^.]+\.listeners\.[^.]+\.certificate\.key$/, "Istio knows the names of a Secret's fields itself"],
  [/^mtls\.until$|\.mtls\.until$/, "data: dates never change output"],
  [/^targets\./, "decides what is refused, see the golden meshes of losses"],
  [/\.accept\./, "the reason of an accepted loss: a note in every report"],
];

const golden = new URL("../golden/", import.meta.url);
const folders = readdirSync(golden, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const cases = folders.flatMap(({ name }) => readdirSync(new URL(`${name}/`, golden)).map((one) => `${name}/${one}`));

type Path = readonly string[];

function leaves(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, [...path, key]));
}

function edited(value: unknown, [key, ...rest]: Path, edit: (leaf: unknown) => unknown): unknown {
  if (key === undefined) return edit(value);
  if (Array.isArray(value))
    return value
      .map((child, index) => (String(index) === key ? edited(child, rest, edit) : child))
      .filter((child) => child !== undefined);
  return Object.fromEntries(
    Object.entries(value as object)
      .map(([own, child]) => [own, own === key ? edited(child, rest, edit) : child])
      .filter(([, child]) => child !== undefined),
  );
}

const other = (leaf: unknown): unknown => {
  if (typeof leaf === "number") return leaf + 1;
  if (typeof leaf === "boolean") return !leaf;
  const text = String(leaf);
  return /^\d+(?:\.\d+)?(?:ms|s|m|h|%)$/.test(text)
    ? text.replace(/^\d+(?:\.\d+)?/, (count) => String(Number(count) > 50 ? Number(count) - 1 : Number(count) + 1))
    : `${text}x`;
};

/** What an engine reads of a mesh; `undefined` where the mesh has errors. */
type Rendered = (spec: unknown) => unknown;

interface Engine {
  readonly name: string;
  readonly render: Rendered;
  readonly deploymentOnly: readonly (readonly [RegExp, string])[];
}

const ENGINES: readonly Engine[] = [
  { name: "envoy", render: (spec) => [...(render(spec) ?? [])], deploymentOnly: DEPLOYMENT_ONLY },
  { name: "istio", render: objectsOn, deploymentOnly: DEPLOYMENT_ONLY_ON_ISTIO },
];

/** Targets of the mesh that Istio is not one of are kept: what it lacks is refused then. */
function objectsOn(spec: unknown): readonly MeshObject[] | undefined {
  const { ir, diagnostics } = compile(spec, { further: ["istio"] });
  return ir === undefined || hasErrors(diagnostics) ? undefined : istioObjects(ir);
}

const carried = (spec: unknown): string => JSON.stringify(compile(spec).ir);

for (const engine of ENGINES)
  describe(`nothing vanishes on ${engine.name}`, function () {
    this.timeout(60_000);
    let checked = 0;
    /** Rendered, and found: what a user is told. */
    const told = (spec: unknown): string => JSON.stringify([engine.render(spec), compile(spec).diagnostics]);

    for (const name of cases) {
      it(name, async () => {
        const mesh = (
          (await import(new URL(`${name}/mesh.ts`, golden).href)) as {
            default: { at?: (environment: string) => unknown; environments?: readonly string[] };
          }
        ).default;
        const spec: unknown = JSON.parse(
          JSON.stringify(mesh.at === undefined ? mesh : mesh.at(mesh.environments?.[0] ?? "default")),
        );
        if (render(spec) === undefined || engine.render(spec) === undefined) return;
        const before = told(spec);
        // A gateway goes past the routes of a service, and says so: MW2302.
        const bypassed = compile(spec).diagnostics.some(({ code }) => code === "MW2302");
        const vanished = leaves(spec).filter((path) => {
          checked++;
          const place = path.join(".");
          if (bypassed && path[0] === "routes") return false;
          const changes = [edited(spec, path, () => undefined), edited(spec, path, other)];
          if (engine.deploymentOnly.some(([pattern]) => pattern.test(place)))
            return changes.every((change) => carried(change) === carried(spec) && told(change) === before);
          return changes.every((change) => told(change) === before);
        });
        assert.deepEqual(
          vanished.map((path) => path.join(".")),
          [],
        );
      });
    }

    after(() => assert.ok(checked > 500, `only ${checked} values were looked at`));
  });
