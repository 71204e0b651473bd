/** A mesh on this machine as the world of a test: the request of a test is sent through real proxies, and what was seen is judged. */

import type { MeshIr } from "../../ir/mesh-ir.ts";
import { cacheDirectory } from "../../local/cache-directory.ts";
import { findEnvoy } from "../../local/envoy-binary.ts";
import { RunningMesh } from "../../local/running-mesh.ts";
import type { Expectation } from "../expectation.ts";
import type { Asked, World } from "../world.ts";
import { experimentOf } from "./experiment.ts";
import { perform } from "./perform.ts";
import { probeOf } from "./probe-of.ts";

/** This machine has no Envoy: whoever runs the tests may want to skip them. */
export class NoEnvoy extends Error {
  constructor(tried: readonly string[], remedy: string) {
    super(`no Envoy to run the mesh with (${tried.join("; ")}); ${remedy}`);
    this.name = "NoEnvoy";
  }
}

export class LocalWorld implements World {
  #mesh: RunningMesh | undefined;

  async start(ir: MeshIr): Promise<void> {
    const found = await findEnvoy({ env: process.env, cacheDir: cacheDirectory(process.env), onProgress: () => {} });
    if (found.kind === "missing") throw new NoEnvoy(found.tried, found.remedy);
    this.#mesh = await RunningMesh.start(ir, { envoy: found.path });
  }

  async stop(): Promise<void> {
    await this.#mesh?.stop();
    this.#mesh = undefined;
  }

  async check(asked: Asked, expected: Expectation): Promise<string | undefined> {
    if (this.#mesh === undefined) throw new Error("the mesh does not run: before(() => mesh.start())");
    const { ir } = this.#mesh.plan;
    const probe = probeOf(asked, ir);
    const nameOf = (key: string) => ir.externals.find((external) => external.key === key)?.host ?? key;
    const stage = { isStream: probe.url.startsWith("tcp:"), nameOf };
    return perform(this.#mesh, probe, experimentOf(expected, asked, stage));
  }
}
