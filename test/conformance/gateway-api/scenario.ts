/** One state of the cluster of one test, read into a mesh, with what is asked of it; or why that cannot be said. */
import { compile, formatText } from "meshwright";
import { catalogue } from "../../../cli/catalogue.ts";
import type { Diagnostic } from "../../../components/diagnostics/diagnostic.ts";
import { readGatewayApi } from "../../../components/import/gateway-api/mesh.ts";
import type { MeshIr } from "../../../components/ir/mesh-ir.ts";
import type { Expectation, Suite, SuiteTest } from "./expectation.ts";
import { type Named, objectsFor } from "./manifests.ts";

export interface Scenario {
  readonly test: SuiteTest;
  readonly expectations: readonly Expectation[];
  readonly outcome:
    | { readonly kind: "runs"; readonly ir: MeshIr; readonly objects: readonly Named[] }
    | { readonly kind: "not run"; readonly feature: string; readonly told: string };
}

/** The name under which a gateway is asked where a test names no host. */
export const GATEWAY_HOST = "gateway.example";

export function scenariosOf(suite: Suite): readonly Scenario[] {
  const groups = Map.groupBy(suite.expectations, (one) =>
    JSON.stringify([one.test, one.deleted, one.changed, asksAnother(one)]),
  );
  return [...groups.values()].flatMap((expectations) => {
    const test = suite.tests.find(({ name }) => name === expectations[0]?.test);
    return test === undefined || !isInScope(test) ? [] : [scenario(suite, test, expectations)];
  });
}

/** HTTPRoute, GRPCRoute and the mesh; not the routes of other protocols. */
export const isInScope = ({ features }: SuiteTest): boolean =>
  features.some((one) => /^features\.Support(?:HTTPRoute|GRPCRoute|Mesh)/.test(one)) &&
  !features.some((one) => /Support(?:TLS|TCP|UDP)Route$/.test(one));

function scenario(suite: Suite, test: SuiteTest, expectations: readonly Expectation[]): Scenario {
  const notRun = (feature: string, told = "") =>
    ({ test, expectations, outcome: { kind: "not run", feature, told } }) as const;
  const changed = expectations.find((one) => one.changed !== undefined)?.changed;
  if (changed !== undefined) return notRun(changed);
  const beyond = BEYOND.find(([feature]) => test.features.includes(`features.${feature}`));
  if (beyond !== undefined) return notRun(beyond[1]);
  if (expectations.some(asksAnother)) return notRun("one Service asked at the address of another");
  const objects = objectsFor(suite, test, expectations);
  const { mesh, diagnostics } = readGatewayApi(objects, {
    name: "conformance",
    targets: ["envoy"],
    hosts: hostsOf(expectations),
    callers: callersOf(expectations),
  });
  const lacking = featuresOf(diagnostics);
  if (lacking.length > 0) return notRun(lacking.join(", "));
  const compiled = compile(mesh);
  const errors = compiled.diagnostics.filter(({ severity }) => severity === "error");
  if (compiled.ir === undefined || errors.length > 0)
    return notRun("the mesh has errors", formatText(catalogue, errors));
  return { test, expectations, outcome: { kind: "runs", ir: compiled.ir, objects } };
}

/** Proxies go by the name that is asked for, wherever the connection was for. */
const asksAnother = (one: Expectation): boolean =>
  one.via === "mesh" && one.expected.Request?.Headers?.Host !== undefined;

/** What a test is about although no object says so. */
const BEYOND: readonly (readonly [feature: string, why: string])[] = [
  ["SupportGatewayHTTPSListenerDetectMisdirectedRequests", "421 where TLS was for another host (SNI is not looked at)"],
];

const featuresOf = (diagnostics: readonly Diagnostic[]): readonly string[] => [
  ...new Set(
    diagnostics
      .filter(({ severity }) => severity === "error")
      .map(({ code, args }) => (code === "MW2400" ? String(args.feature) : `${code} ${JSON.stringify(args)}`)),
  ),
];

export const callerIn = (namespace: string): string => `client-of-${namespace}`;

const callersOf = (expectations: readonly Expectation[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    expectations.flatMap((one) => (one.via === "mesh" ? [[callerIn(one.client.namespace), one.client.namespace]] : [])),
  );

function hostsOf(expectations: readonly Expectation[]): readonly string[] {
  const asked = expectations.map((one) =>
    one.via === "grpc" ? one.expected.RequestMetadata?.Authority : one.expected.Request?.Host,
  );
  return [GATEWAY_HOST, ...asked.flatMap((host) => (host === undefined ? [] : [host.replace(/:\d+$/, "")]))];
}
