/**
 * The HTTPRoute, GRPCRoute and mesh expectations of the Gateway API conformance suite: its objects are read into meshes, and of every
 * expectation that a mesh can say, the simulator and a real Envoy with the rendered configuration must say the same as the suite.
 */
import assert from "node:assert/strict";
import type { MeshIr } from "../../../components/ir/mesh-ir.ts";
import { envoyForTests } from "../../envoy/envoy-for-tests.ts";
import { Rig } from "../../live/proof/rig.ts";
import { skip } from "../../skip.ts";
import { differences, disagreements } from "./disagreement.ts";
import { type Expectation, type FoundSuite, readSuite } from "./expectation.ts";
import { formatRun } from "./format-run.ts";
import type { Observed } from "./observed.ts";
import { type Scenario, scenariosOf } from "./scenario.ts";
import { type Sent, sentFor } from "./sent.ts";
import { simulated } from "./simulated.ts";
import { throughEnvoy } from "./through-envoy.ts";

/** What runs today: it may grow with what a mesh can say, and never shrink. */
const LEAST = 354;

interface Asked {
  readonly expectation: Expectation;
  readonly ir: MeshIr;
  readonly sent: Sent;
}

const askedOf = ({ outcome, expectations }: Scenario): readonly Asked[] =>
  outcome.kind === "runs"
    ? expectations.map((expectation) => ({
        expectation,
        ir: outcome.ir,
        sent: sentFor(expectation, outcome.ir, outcome.objects),
      }))
    : [];

const toldOf = (one: Asked, seen: Observed): readonly string[] =>
  named(one, disagreements(one.expectation, one.sent, seen));

const named = ({ expectation, sent }: Asked, found: readonly string[]): readonly string[] =>
  found.map(
    (what) =>
      `${expectation.test} (${expectation.at}) ${sent.wire.method} ${sent.wire.host}${sent.wire.target}: ${what}`,
  );

/** Where the answer depends on time each is asked alone. */
function batches(asked: readonly Asked[]): readonly (readonly Asked[])[] {
  const [timed, others] = [asked.filter(isTimed), asked.filter((one) => !isTimed(one))];
  const together = Array.from({ length: Math.ceil(others.length / AT_ONCE) }, (_, n) =>
    others.slice(n * AT_ONCE, (n + 1) * AT_ONCE),
  );
  return [...together, ...timed.map((one) => [one])];
}

const AT_ONCE = 32;

const isTimed = ({ expectation }: Asked): boolean => expectation.test.includes("Timeout");

async function toldByEnvoy(rig: Rig, one: Asked): Promise<readonly string[]> {
  const mesh = rig.meshes.find(({ ir }) => ir === one.ir);
  assert.ok(mesh !== undefined);
  const said = simulated(one.ir, one.sent);
  let seen = await throughEnvoy(rig, mesh, one.sent);
  // A machine that is busy elsewhere may miss half a second; the suite itself asks until the answers are consistent.
  for (let again = 0; again < 4 && isTimed(one) && seen.status === 504 && said.status !== 504; again++)
    seen = await throughEnvoy(rig, mesh, one.sent);
  return [...toldOf(one, seen), ...named(one, one.sent.isGrpc ? [] : differences(said, seen))];
}

describe("Gateway API conformance 1.6.3", function () {
  this.timeout(120_000);
  let found: FoundSuite = { kind: "none", why: "not looked for" };
  let scenarios: readonly Scenario[] = [];
  let asked: readonly Asked[] = [];

  before(function () {
    found = readSuite();
    if (found.kind === "none") skip(this, found.why);
    scenarios = scenariosOf(found.suite);
    asked = scenarios.flatMap(askedOf);
  });

  it(`at least ${LEAST} expectations can be said by a mesh`, () => {
    if (found.kind === "found") console.log(formatRun(scenarios, found.suite.missed));
    assert.ok(asked.length >= LEAST, `only ${asked.length}`);
  });

  it("the simulator says what the suite expects, of all that run", () => {
    assert.deepEqual(
      asked.flatMap((one) => toldOf(one, simulated(one.ir, one.sent))),
      [],
    );
  });

  it("a real Envoy does what the suite expects and the simulator says, of all that run", async () => {
    const irs = [...new Set(asked.map(({ ir }) => ir))];
    const rig = await Rig.start(await envoyForTests(), irs);
    try {
      const told: string[] = [];
      for (const some of batches(asked))
        told.push(...(await Promise.all(some.map((one) => toldByEnvoy(rig, one)))).flat());
      assert.deepEqual(told, []);
    } finally {
      await rig.stop();
    }
  });
});
