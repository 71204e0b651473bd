/** Generated meshes on one real Envoy: does it answer as the simulator says? */
import fc from "fast-check";
import type { MeshIr } from "../../components/ir/mesh-ir.ts";
import { envoyRenderer } from "../../components/passes/render.ts";
import { Simulator } from "../../components/simulate/simulator.ts";
import { envoyForTests } from "../envoy/envoy-for-tests.ts";
import { busyMeshes } from "../generate/mesh.ts";
import { Random } from "../generate/random.ts";
import { Aim } from "../live/proof/aim.ts";
import { loopbackPlacement } from "../live/proof/loopback-placement.ts";
import { resourceTexts } from "../live/proof/merged-bootstrap.ts";
import { compiled, tryOut } from "../live/proof/prove.ts";
import { Rig } from "../live/proof/rig.ts";

const MESHES = 60;
const ASKS_PER_MESH = 150;
const AT_ONCE = 16;
/** A machine that is slow now and then does not differ each time. */
const AGAIN = 3;

export const generatedMeshes = (seed: number): readonly MeshIr[] =>
  fc.sample(busyMeshes, { seed, numRuns: MESHES }).map(compiled);

/** Do the files of its proxies name each other? Where they do not, the rig would say so, and not an Envoy. */
export function canBeRigged(mesh: MeshIr): boolean {
  try {
    const proxies = envoyRenderer(loopbackPlacement("127.0.0.1", "socket.")).render(mesh);
    resourceTexts(proxies.map((proxy) => ({ prefix: "", proxy, secret: () => ({}) })));
    return true;
  } catch {
    return false;
  }
}

/** The first request that Envoy answers otherwise than the simulator, as text. @throws where no Envoy starts with these */
export async function disagreement(meshes: readonly MeshIr[], seed: number): Promise<string | undefined> {
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
