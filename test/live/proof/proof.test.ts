/**
 * Simulator and Envoy agree: on every fixture, and on generated requests over generated meshes of all slices.
 *
 *   MESHWRIGHT_PROOF  how many decisions; 100,000 unless told
 *   MESHWRIGHT_SEED   replays a run
 */
import assert from "node:assert/strict";
import { Simulator } from "../../../components/simulate/simulator.ts";
import { envoyForTests } from "../../envoy/envoy-for-tests.ts";
import { seed } from "../../generate/seed.ts";
import { skip } from "../../skip.ts";
import { WORST_OF_ALL, WORST_OF_ONE } from "./chances.ts";
import { readFixtures, writeFixture } from "./fixtures.ts";
import { formatDisagreement, formatReport } from "./format-proof.ts";
import { compiled, prove, tryOut } from "./prove.ts";
import { Rig } from "./rig.ts";
import { shrink } from "./shrink.ts";

const decisions = Number(process.env.MESHWRIGHT_PROOF ?? 100_000);
/** Of 100,000 decisions; what fewer of them meet, over fewer meshes, is left to chance. */
const LEAST_PER_SLICE = 1_000;
const least = decisions < 100_000 ? 1 : (LEAST_PER_SLICE * decisions) / 100_000;
/** Each takes a while; further ones of a run are mostly the same. */
const MOST_SHRUNK = 3;

const meshes = Math.max(5, Math.min(5_000, Math.round(decisions / 200)));

describe(`proof: simulator and Envoy agree (seed ${seed})`, function () {
  this.timeout(0);

  before(function () {
    if (process.platform !== "linux")
      skip(this, "each mesh listens on a loopback address of its own, which only Linux has");
  });

  it("on every request on which they once differed", async () => {
    const fixtures = await readFixtures();
    const rig = await Rig.start(
      await envoyForTests(),
      fixtures.map(({ mesh }) => compiled(mesh)),
    );
    try {
      for (const [index, { name, ask }] of fixtures.entries()) {
        const mesh = rig.meshes[index];
        assert.ok(mesh);
        const { comparison } = await tryOut(rig, mesh, new Simulator(mesh.ir), ask);
        assert.deepEqual(comparison.differences, [], name);
      }
    } finally {
      await rig.stop();
    }
  });

  it(`on ${decisions.toLocaleString("en")} generated requests over ${meshes} generated meshes`, async () => {
    const envoy = await envoyForTests();
    const note = (text: string) => console.log(`      ${text}`);
    const report = await prove({ envoy, seed, meshes, decisions, note });
    console.log(formatReport(report).replaceAll(/^/gm, "      "));
    for (const [index, found] of report.disagreements.slice(0, MOST_SHRUNK).entries()) {
      const smallest = await shrink(envoy, found);
      const { spec: mesh, ask, differences } = smallest;
      const place = await writeFixture({ name: `seed-${seed}-${index}`, found: differences, ask, mesh });
      console.log(`${formatDisagreement(smallest)}\n  kept as  ${place}`);
    }
    assert.equal(report.disagreements.length, 0, `MESHWRIGHT_SEED=${seed} shows them again`);
    assert.ok(report.chances.sum < WORST_OF_ALL && report.chances.worst.deviation < WORST_OF_ONE, "shares are off");
    for (const [slice, count] of report.slices) assert.ok(count >= least, `${slice} decided only ${count} requests`);
  });
});
