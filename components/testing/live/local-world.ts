/** A mesh on this machine as the world of a test: the request of a test is sent through real proxies, and what was seen is judged. */

import type { MeshIr } from "../../ir/mesh-ir.ts";
import { ask, type Seen } from "../../local/ask.ts";
import { cacheDirectory } from "../../local/cache-directory.ts";
import { findEnvoy } from "../../local/envoy-binary.ts";
import type { Probe } from "../../local/probe.ts";
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
    const mesh = this.#mesh;
    if (mesh === undefined) throw new Error("the mesh does not run: before(() => mesh.start())");
    const { ir } = mesh.plan;
    const probe = probeOf(asked, ir);
    const nameOf = (key: string) => ir.externals.find((external) => external.key === key)?.host ?? key;
    const stage = { isStream: probe.url.startsWith("tcp:"), nameOf };
    const send = async (one: Probe) => asInTheMesh(mesh, await ask(mesh, one));
    return perform(send, probe, experimentOf(expected, asked, stage));
  }
}

/** A gateway that listens elsewhere on this machine redirects to there; tests speak of the ports of the mesh. */
function asInTheMesh({ plan: { ir, placement } }: RunningMesh, seen: Seen): Seen {
  const { location } = seen.headers;
  const [, before = "", port, after = ""] = /^(https?:\/\/[^/:]*):(\d+)(.*)$/.exec(String(location)) ?? [];
  if (port === undefined) return seen;
  const listeners = ir.gateways.flatMap(({ id, listeners: own }) => own.map((one) => ({ id, ...one })));
  const listener = listeners.find(({ id, name }) => placement.listener(id, name).port === Number(port));
  if (listener === undefined) return seen;
  return { ...seen, headers: { ...seen.headers, location: `${before}:${listener.port}${after}` } };
}
