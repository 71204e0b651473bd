/** Changes that cannot be applied: what ran before runs on as it was, nothing is left behind, and the next one that is right is applied. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readlinkSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineMesh, header, http, http2 } from "meshwright";
import type { MeshIr } from "../../components/index.ts";
import { MachineLimit } from "../../components/local/proxy-process.ts";
import { RunningMesh } from "../../components/local/running-mesh.ts";
import { envoyForTests } from "../envoy/envoy-for-tests.ts";
import { duringChange, url, wait } from "./during-change.ts";
import { irOf, liveMesh, reportOf, request } from "./live-mesh.ts";

const reviewsWith = (port: ReturnType<typeof http | typeof http2>) =>
  defineMesh({
    name: "moving",
    targets: ["envoy"],
    services: { web: { ports: { http: http(80) }, calls: ["reviews"] }, reviews: { ports: { http: port } } },
  });

const MESH = reviewsWith(http(9080));

/** The Envoys that run in the folder of a mesh, whoever knows them. */
const envoysIn = ({ directory }: RunningMesh): number[] =>
  execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes("-c bootstrap.json"))
    .map((line) => Number(line.trim().split(" ")[0]))
    .filter((pid) => folderOf(pid).startsWith(directory));

function folderOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return "";
  }
}

/** With a service more, another account, and a route that only the IR can have: Envoy refuses its regex. */
const refused = () =>
  JSON.parse(
    JSON.stringify(
      irOf(
        defineMesh({
          name: "moving",
          targets: ["envoy"],
          services: {
            web: { ports: { http: http(80) }, calls: ["reviews", "extra"] },
            reviews: { ports: { http: http2(9080) }, serviceAccount: "r2" },
            extra: { ports: { http: http(9080) } },
          },
          routes: { reviews: { never: { when: header("x-never").matches("unclosed"), respond: { status: 418 } } } },
        }),
      ),
    ).replaceAll('"unclosed"', '"("'),
  ) as MeshIr;

liveMesh("a mesh that cannot be applied", MESH, (live) => {
  const requireAsBefore = async () => {
    assert.equal(reportOf(await request(live, "web", url)).identity, "spiffe://moving.mesh/ns/moving/sa/reviews");
    assert.deepEqual(await live().apply(irOf(MESH)), []);
    assert.deepEqual([...live().pids.keys()].sort(), ["moving/reviews", "moving/web"]);
    assert.deepEqual(envoysIn(live()).sort(), [...live().pids.values()].sort());
    assert.ok(!existsSync(join(live().directory, "moving.extra")));
  };

  it("refused by Envoy: what ran before runs on, without losing a request, and the next mesh is applied", async () => {
    const pids = [...live().pids.values()];
    assert.deepEqual(await duringChange(live, refused(), ["http.outbound.rds.outbound.update_rejected"]), [null]);
    await requireAsBefore();
    assert.deepEqual([...live().pids.values()], pids);
    assert.deepEqual(await duringChange(live, reviewsWith(http2(9080))), [null]);
    assert.deepEqual(await duringChange(live, MESH), [null]);
  });

  it("a proxy that ended by itself runs again with the next change", async () => {
    const pid = live().pids.get("moving/reviews") ?? 0;
    process.kill(pid, "SIGKILL");
    // The runner hears of it a moment later.
    for (; live().pids.get("moving/reviews") === pid; await wait(5))
      assert.deepEqual(await live().apply(irOf(MESH)), []);
    await requireAsBefore();
  });
});

describe("live: a proxy that cannot be started", () => {
  const withExtra = (names: readonly string[]) =>
    irOf(
      defineMesh({
        name: "moving",
        targets: ["envoy"],
        services: Object.fromEntries(["web", ...names].map((name) => [name, { ports: { http: http(80) } }])),
      }),
    );

  it("takes nobody with it: what started beside it ends, and the next mesh is applied", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mw-envoy-"));
    const [envoy, flag] = [join(folder, "envoy"), join(folder, "full")];
    // One of the new proxies starts, then the machine is full.
    const script = `#!/bin/sh\ncase "$PWD" in *moving.b) [ -e ${flag} ] && sleep 0.5 && echo max_user_instances && exit 1;; esac\n`;
    await writeFile(envoy, `${script}exec ${await envoyForTests()} "$@"\n`, { mode: 0o755 });
    const mesh = await RunningMesh.start(withExtra([]), { envoy });
    try {
      await writeFile(flag, "");
      await assert.rejects(mesh.apply(withExtra(["a", "b", "c"])), MachineLimit);
      assert.deepEqual(await mesh.apply(withExtra([])), []);
      assert.deepEqual([...mesh.pids.keys()], ["moving/web"]);
      assert.deepEqual(envoysIn(mesh), [...mesh.pids.values()]);
      await rm(flag);
      assert.deepEqual(await mesh.apply(withExtra(["a", "b", "c"])), []);
      assert.deepEqual(envoysIn(mesh).sort(), [...mesh.pids.values()].sort());
      assert.equal(mesh.pids.size, 4);
    } finally {
      await mesh.stop();
      await rm(folder, { recursive: true });
    }
  });
});
