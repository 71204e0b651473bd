/**
 * A process that compares the simulator with a real Envoy: `envoy-worker.ts INSTRUMENTED SEED [HASHES]`. The mutant of the renderer is
 * on from the beginning. Without hashes it says those of what is rendered; with them it looks at the meshes that the mutant changes.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { serveInstrumented } from "./switch.ts";

const [instrumented = "", seedText = "", hashes] = process.argv.slice(2);
const seed = Number(seedText);
serveInstrumented(instrumented);

const { default: fc } = await import("fast-check");
const { envoyRenderer } = await import("../../components/passes/render.ts");
const { Simulator } = await import("../../components/simulate/simulator.ts");
const { envoyForTests } = await import("../envoy/envoy-for-tests.ts");
const { busyMeshes } = await import("../generate/mesh.ts");
const { Aim } = await import("../live/proof/aim.ts");
const { Random } = await import("../generate/random.ts");
const { loopbackPlacement } = await import("../live/proof/loopback-placement.ts");
const { compiled, tryOut } = await import("../live/proof/prove.ts");
const { Rig } = await import("../live/proof/rig.ts");

type Ir = ReturnType<typeof compiled>;

const MESHES = 60;
const MOST_ASKED = 6;
const ASKS_PER_MESH = 150;
const AT_ONCE = 16;
/** A machine that is slow now and then does not differ each time. */
const AGAIN = 3;

const irs = fc.sample(busyMeshes, { seed, numRuns: MESHES }).map(compiled);

function hashOf(ir: Ir): string {
  const rendered = envoyRenderer(loopbackPlacement("127.0.0.1", "socket.")).render(ir);
  return createHash("sha256").update(JSON.stringify(rendered)).digest("hex");
}

/** The first request that Envoy answers otherwise than the simulator, as text. */
async function disagreement(meshes: readonly Ir[]): Promise<string | undefined> {
  const rig = await Rig.start(await envoyForTests(), meshes);
  try {
    const subjects = rig.meshes.map((mesh, index) => ({
      mesh,
      simulator: new Simulator(mesh.ir),
      aim: new Aim(mesh.ir, new Random(seed + index)),
    }));
    let found: string | undefined;
    let asked = 0;
    const worker = async () => {
      while (found === undefined && asked < ASKS_PER_MESH * subjects.length) {
        const subject = subjects[asked++ % subjects.length];
        if (subject === undefined) return;
        const ask = subject.aim.draw();
        const differences = await differs(() => tryOut(rig, subject.mesh, subject.simulator, ask));
        found ??= differences?.join("; ");
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return found;
  } finally {
    await rig.stop();
  }
}

async function differs(trial: () => ReturnType<typeof tryOut>): Promise<readonly string[] | undefined> {
  let differences: readonly string[] = [];
  for (let time = 0; time <= AGAIN; time++) {
    ({ differences } = (await trial()).comparison);
    if (differences.length === 0) return undefined;
  }
  return differences;
}

async function killer(): Promise<string | undefined> {
  try {
    const before = JSON.parse(readFileSync(hashes as string, "utf8")) as readonly string[];
    const changed = irs.filter((ir, index) => hashOf(ir) !== before[index]).slice(0, MOST_ASKED);
    return changed.length === 0 ? undefined : await disagreement(changed);
  } catch (error) {
    return `${error instanceof Error ? error.message : error}`;
  }
}

if (hashes !== undefined) process.send?.({ killedBy: await killer() });
else {
  const wrong = await disagreement(irs.slice(0, MOST_ASKED));
  if (wrong !== undefined) throw new Error(`differs without any mutant: ${wrong}`);
  process.send?.(irs.map(hashOf));
}
process.disconnect?.();
