/** Short ways to ask a mesh, written as plain data, for the tests of its semantics. */
import assert from "node:assert/strict";
import { compile, type MeshIr } from "meshwright";
import { Simulator } from "../../../components/simulate/simulator.ts";
import { type RequestSpec, resolveRequest } from "../../../components/simulate/spec.ts";
import type { Arrival, Destination, Forward, Outcome, Verdict } from "../../../components/simulate/verdict.ts";

type Fields = Readonly<Record<string, unknown>>;

/** `web` calls `reviews`, which speaks HTTP on 9080 and has two versions; the rest as given. */
export const shop = ({
  services = {},
  reviews = {},
  ...rest
}: Fields & { services?: Fields; reviews?: Fields } = {}): MeshIr =>
  meshOf({
    services: {
      web: { ports: { http: { kind: "http", number: 80 } }, calls: ["reviews"] },
      reviews: { ports: { http: { kind: "http", number: 9080 } }, versions: ["v1", "v2"], ...reviews },
      ...services,
    },
    ...rest,
  });

export function meshOf(fields: Fields): MeshIr {
  const { ir, diagnostics } = compile({ name: "shop", targets: ["envoy"], ...fields });
  assert.deepEqual(
    diagnostics.filter(({ severity }) => severity === "error"),
    [],
  );
  return ir as MeshIr;
}

type Headers = readonly (readonly [string, string])[];

/** From `web` to `reviews`, unless told otherwise. */
export function decide(ir: MeshIr, spec: Partial<RequestSpec> = {}): Verdict {
  const resolved = resolveRequest(ir, { from: "web", to: "reviews", ...spec });
  if (resolved.kind === "refused") throw new Error(JSON.stringify(resolved.diagnostics));
  return new Simulator(ir).decide(resolved.request);
}

export const outcome = (ir: MeshIr, spec: Partial<RequestSpec> = {}): Outcome => decide(ir, spec).outcome;

/** The name of the route that decides. */
export const route = (
  ir: MeshIr,
  path: string,
  headers: Headers = [],
  rest: Partial<RequestSpec> = {},
): string | undefined => decide(ir, { path, headers, ...rest }).route?.name;

export function forward(ir: MeshIr, spec: Partial<RequestSpec> = {}): Forward {
  const found = outcome(ir, spec);
  if (found.kind !== "forward") assert.fail(`not forwarded: ${JSON.stringify(found)}`);
  return found;
}

export function only(ir: MeshIr, spec: Partial<RequestSpec> = {}): Destination {
  const [destination, ...others] = forward(ir, spec).destinations;
  assert.deepEqual(others, []);
  assert.ok(destination);
  return destination;
}

export const arrival = (ir: MeshIr, spec: Partial<RequestSpec> = {}): Arrival => only(ir, spec).arrival;

/** What the service gets. */
export function received(ir: MeshIr, spec: Partial<RequestSpec> = {}) {
  const at = arrival(ir, spec);
  if (at.kind !== "delivered" || at.message === undefined) assert.fail(`not delivered: ${JSON.stringify(at)}`);
  return at.message;
}

/** The path that the service gets of this one. */
export const read = (ir: MeshIr, path: string): string => {
  const message = received(ir, { path });
  return message.path + message.query;
};

/** Routes of `reviews`, each for what it asks, to v1. */
export const asking = (when: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(when).map(([name, one]) => [name, { when: one, to: "v1" }]));
