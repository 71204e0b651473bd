/**
 * The smallest mesh and request that still show a disagreement: parts are left out, one at a time, as long as it stays.
 * All candidates of a round run at once, as meshes of one rig.
 */
import { compile } from "../../../components/passes/compile.ts";
import { Simulator } from "../../../components/simulate/simulator.ts";
import type { Ask } from "./ask.ts";
import { type Disagreement, tryOut } from "./prove.ts";
import { Rig } from "./rig.ts";

interface Candidate {
  readonly spec: unknown;
  readonly ask: Ask;
}

/** A round takes about as long as Envoy takes to start; a mesh has some fifty parts. */
const MOST_ROUNDS = 60;
const MOST_AT_ONCE = 40;

export async function shrink(envoy: string, found: Disagreement): Promise<Disagreement> {
  // What shows only in a crowd cannot be shown small.
  let best = await firstThatDiffers(envoy, [found], found);
  if (best === undefined) return found;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const smaller = await firstThatDiffers(envoy, smallerOnes(best), found);
    if (smaller === undefined) return best;
    best = smaller;
  }
  return best;
}

async function firstThatDiffers(
  envoy: string,
  candidates: readonly Candidate[],
  found: Disagreement,
): Promise<Disagreement | undefined> {
  for (let first = 0; first < candidates.length; first += MOST_AT_ONCE) {
    const differing = await differingOf(envoy, candidates.slice(first, first + MOST_AT_ONCE), found);
    if (differing !== undefined) return differing;
  }
  return undefined;
}

async function differingOf(
  envoy: string,
  candidates: readonly Candidate[],
  found: Disagreement,
): Promise<Disagreement | undefined> {
  const valid = candidates.flatMap(({ spec, ask }) => {
    const { ir, diagnostics } = compile(spec);
    return ir === undefined || diagnostics.some(({ severity }) => severity === "error") ? [] : [{ spec, ask, ir }];
  });
  if (valid.length === 0) return undefined;
  const rig = await Rig.start(
    envoy,
    valid.map(({ ir }) => ir),
  );
  try {
    for (const [index, { spec, ask }] of valid.entries()) {
      const mesh = rig.meshes[index];
      if (mesh === undefined || !isAskable(mesh.ir, ask)) continue;
      const { verdict, seen, comparison } = await tryOut(rig, mesh, new Simulator(mesh.ir), ask);
      if (sameKind(comparison.differences, found.differences))
        return { spec, ask, verdict, seen, differences: comparison.differences };
    }
    return undefined;
  } finally {
    await rig.stop();
  }
}

/** Shrinking must not wander off to another disagreement, such as a caller that is gone. */
const sameKind = (differences: readonly string[], found: readonly string[]): boolean =>
  differences.length > 0 && subjectOf(differences) === subjectOf(found);

/** Of a status all of it: another status is another story. */
const subjectOf = ([first = ""]: readonly string[]): string =>
  first.startsWith("status:") ? first : first.slice(0, first.indexOf(":"));

function isAskable(ir: Parameters<typeof tryOut>[1]["ir"], { from, version, connection }: Ask): boolean {
  if (connection !== undefined && ![...ir.services, ...ir.externals].some(({ key }) => key === connection.to))
    return false;
  if (from.kind === "outside")
    return ir.gateways.some(
      ({ id, listeners }) => id === from.gateway && listeners.some(({ name }) => name === from.listener),
    );
  const service = ir.services.find(({ id }) => id === from.service);
  if (service === undefined) return false;
  if (from.kind === "straight" && !service.ports.some(({ name }) => name === from.port)) return false;
  return version === undefined ? service.versions.length === 0 : service.versions.some(({ name }) => name === version);
}

// --- what can be left out --------------------------------------------------------------------------------------------

function smallerOnes({ spec, ask }: Candidate): Candidate[] {
  const requests = smallerAsks(ask).map((smaller) => ({ spec, ask: smaller }));
  const meshes = withoutOne(spec).map((smaller) => ({ spec: smaller, ask }));
  return [...meshes, ...requests];
}

type Plain = { readonly [key: string]: unknown };
const isPlain = (value: unknown): value is Plain =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Every copy with one entry of an object or list left out, the biggest parts first. */
function withoutOne(value: unknown): unknown[] {
  if (Array.isArray(value))
    return [
      ...value.map((_, index) => value.toSpliced(index, 1)),
      ...value.flatMap((item, index) => withoutOne(item).map((smaller) => value.with(index, smaller))),
    ];
  if (!isPlain(value)) return [];
  const entries = Object.entries(value);
  return [
    ...entries.map(([key]) => Object.fromEntries(entries.filter(([other]) => other !== key))),
    ...entries.flatMap(([key, child]) =>
      withoutOne(child).map((smaller) =>
        Object.fromEntries(entries.map(([own, was]) => [own, own === key ? smaller : was])),
      ),
    ),
  ];
}

function smallerAsks(ask: Ask): Ask[] {
  const { wire, answers, carries } = ask;
  const { answers: _answers, ...unanswered } = ask;
  return [
    ...(answers === undefined
      ? []
      : [unanswered, ...answers.slice(1).map((_, index) => ({ ...ask, answers: answers.toSpliced(index + 1, 1) }))]),
    ...carries.map((_, index) => ({ ...ask, carries: carries.toSpliced(index, 1) })),
    ...(wire === undefined
      ? []
      : wire.headers.map((_, index) => ({ ...ask, wire: { ...wire, headers: wire.headers.toSpliced(index, 1) } }))),
    ...(wire === undefined ? [] : smallerTargets(wire.target).map((target) => ({ ...ask, wire: { ...wire, target } }))),
    ...(wire === undefined || wire.method === "GET" ? [] : [{ ...ask, wire: { ...wire, method: "GET" } }]),
  ];
}

function smallerTargets(target: string): string[] {
  const mark = target.indexOf("?");
  const query = mark === -1 ? [] : [target.slice(0, mark)];
  const parts = target.split("/");
  const shorter = parts.length < 3 ? [] : parts.slice(1).map((_, index) => parts.toSpliced(index + 1, 1).join("/"));
  return [...query, ...shorter];
}
