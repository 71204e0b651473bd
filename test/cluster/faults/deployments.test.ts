/**
 * Deployments that something befalls (reliability.md F1, F2, F3, F5): the API server goes away, is busy, loses answers, does not know its
 * kinds yet; the command line is killed. Each must be taken up again, by what docs/pulumi.md tells, to what an undisturbed one leaves.
 */
import assert from "node:assert/strict";
import { ALL, eachSeed } from "../../generate/each-seed.ts";
import type { Random } from "../../generate/random.ts";
import { seed } from "../../generate/seed.ts";
import { PULUMI_PARTS } from "../pulumi/pulumi-part.ts";
import { describeWith } from "../with-parts.ts";
import type { Asked, Trouble } from "./api-proxy.ts";
import { Deployments, type Left } from "./deployments.ts";
import type { Stage } from "./small-mesh.ts";

/** More than any of them has needed. */
const MOST_UPS = 12;
const PARTS = ["etcd", "kube-apiserver", "istio-crds", ...PULUMI_PARTS] as const;

describeWith(`cluster: deployments that something befalls (seed ${seed})`, PARTS, (parts) => {
  let world: Deployments;
  const undisturbed: Partial<Record<Stage, Left>> = {};
  let writes = 0;
  let duration = 0;

  before(async function () {
    this.timeout(900_000);
    world = await Deployments.start(parts());
    console.log(`    providers: ${world.providers}`);
    world.proxy.trouble = (asked) => void (asked.writes && writes++);
    const started = performance.now();
    assert.equal(await world.up("calm", "before"), undefined);
    duration = performance.now() - started;
    world.proxy.trouble = () => undefined;
    undisturbed.before = await world.left("calm");
    assert.equal(await world.up("calm", "after"), undefined);
    undisturbed.after = await world.left("calm");
    await world.wipe();
  });

  beforeEach(() => world?.wipe());
  after(() => world?.stop());

  /** Deploys under trouble, takes it up again, and compares what is left: what nobody knows of would be left, too. */
  const fault = (id: string, what: string, befall: (stack: string, stage: Stage, random: Random) => Promise<string>) =>
    eachSeed(`${id}, ${what}: recovered ${ALL}, orphans 0`, async ({ seed, random }) => {
      // Every other time it is a change that something befalls: objects are changed and removed, too.
      const stage: Stage = seed % 2 === 0 ? "before" : "after";
      const name = `${id}-${seed}`;
      if (stage === "after") assert.equal(await world.up(name, "before"), undefined);
      const note = await befall(name, stage, random);
      world.proxy.trouble = () => undefined;
      assert.equal(await world.up(name, stage, { recovering: true }), undefined);
      assertSame(await world.left(name), undisturbed[stage]);
      await world.wipe();
      return note;
    });

  fault("F1", "the API server goes away in the middle", async (name, stage, random) => {
    const last = random.below(writes);
    let done = 0;
    world.proxy.trouble = ({ writes: one }) => {
      if (one) done++;
      return done > last ? { kind: "cut" } : undefined;
    };
    const problem = await world.up(name, stage);
    // A change writes less than a first deployment, and may have ended before.
    if (stage === "before") assertTold(problem);
    return `after ${last} of ${writes} writes`;
  });

  fault("F2", "the API server fails three calls of ten", async (name, stage, random) => {
    world.proxy.trouble = () => (random.chance(0.3) ? busy(random) : undefined);
    for (let ups = 1; ups <= MOST_UPS; ups++) {
      const problem = await world.up(name, stage, { recovering: ups > 1 });
      assert.ok((await world.pending(name)) <= 1);
      if (problem === undefined) return `${ups} ups`;
      assertTold(problem);
    }
    throw new Error(`not deployed after ${MOST_UPS} ups`);
  });

  fault("F3", "the command line is killed", async (name, stage, random) => {
    const after = random.below(duration);
    const skipping = random.chance(0.5);
    await world.upKilled(name, stage, after, skipping ? { PULUMI_SKIP_CHECKPOINTS: "true" } : {});
    return `after ${after} ms${skipping ? " without checkpoints" : ""}, ${await world.pending(name)} pending`;
  });

  fault("F5", "the kinds are not there yet", async (name, stage, random) => {
    const isIstio = ({ path }: Asked) => path.includes("/networking.istio.io/");
    const absent: Trouble = { kind: "not-found" };
    world.proxy.trouble = (asked) => (isIstio(asked) ? absent : undefined);
    const shown = JSON.stringify(await world.preview(name, stage));
    assert.match(shown, /cart\.small\.svc\.cluster\.local/, "a preview shows what will be in the objects");
    const milliseconds = random.below(3_000);
    let first: number | undefined;
    world.proxy.trouble = (asked) => {
      if (!isIstio(asked)) return undefined;
      first ??= performance.now();
      return performance.now() - first < milliseconds ? absent : undefined;
    };
    assert.equal(await world.up(name, stage), undefined);
    return `for ${milliseconds} ms`;
  });
});

/** As a server answers that has too much to do, or a network that loses packets. */
const busy = (random: Random): Trouble =>
  random.among<Trouble>(
    [8, () => ({ kind: "refused", status: 429, again: true })],
    [4, () => ({ kind: "refused", status: 503, again: true })],
    [1, () => ({ kind: "refused", status: 500, again: false })],
    [1, () => ({ kind: "cut" })],
    [1, () => ({ kind: "answer-lost" })],
    [2, () => ({ kind: "late", by: random.below(300) })],
  );

/** Line by line: each is an object of the cluster, or of the state. */
function assertSame(left: Left, expected: Left | undefined): void {
  for (const part of ["cluster", "state"] as const) {
    const lines = new Set(expected?.[part].split("\n"));
    const other = left[part].split("\n").filter((line) => !lines.delete(line));
    assert.deepEqual({ other, lacking: [...lines] }, { other: [], lacking: [] }, part);
  }
}

/** Which object, and nothing of our insides. */
function assertTold(problem: string | undefined): void {
  assert.match(problem ?? "it went well", /small\/small/);
  assert.doesNotMatch(problem ?? "", /^\s+at .*:\d+:\d+/m);
}
