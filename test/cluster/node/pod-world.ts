/** A mesh in pods as the world of a test: what tests of a mesh expect of the simulator is expected of the pods, too. */

import type { MeshIr } from "../../../components/ir/mesh-ir.ts";
import type { Seen } from "../../../components/local/ask.ts";
import { isOutside, type Probe } from "../../../components/local/probe.ts";
import type { Expectation } from "../../../components/testing/expectation.ts";
import { type Experiment, experimentOf } from "../../../components/testing/live/experiment.ts";
import { perform } from "../../../components/testing/live/perform.ts";
import { probeOf } from "../../../components/testing/live/probe-of.ts";
import { isFromStandIn, statusSeen } from "../../../components/testing/live/seen.ts";
import type { Asked, World } from "../../../components/testing/world.ts";
import { onIstio } from "../on-istio.ts";
import type { PodMesh } from "./pod-mesh.ts";

export class PodWorld implements World {
  readonly #mesh: () => PodMesh;
  readonly #ir: MeshIr;

  /** `mesh`: it runs only once the tests do. */
  constructor(mesh: () => PodMesh, ir: MeshIr) {
    this.#mesh = mesh;
    this.#ir = ir;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  check(asked: Asked, expected: Expectation): Promise<string | undefined> {
    const probe = probeOf(asked, this.#ir);
    const mesh = this.#mesh();
    return perform((one) => mesh.ask(onIstio(one, this.#ir)), probe, this.#experiment(probe, asked, expected));
  }

  #experiment(probe: Probe, asked: Asked, expected: Expectation): Experiment {
    if (expected.kind === "no-route") return [{ times: 1, holds: ([seen]) => this.#isUnknown(seen, probe, asked) }];
    const nameOf = (key: string) => this.#ir.externals.find((external) => external.key === key)?.host ?? key;
    const stage = { isStream: probe.url.startsWith("tcp:"), nameOf };
    return experimentOf(redirectOnIstio(expected), asked, stage);
  }

  /**
   * A caller is told 502 or nothing about what it does not call (onIstio). A gateway has no certificate for a host that nobody serves, and
   * ends the handshake.
   */
  #isUnknown(seen: Seen | undefined, probe: Probe, { protocol }: Asked): boolean {
    const url = new URL(probe.url);
    url.port = String(this.#mesh().portOf(url));
    const said = onIstio({ ...probe, url: url.href, expect: { status: 404 } }, this.#ir).expect.status;
    const isHandshake = isOutside(probe.from) && probe.url.startsWith("https:");
    const wanted = isHandshake ? "refused" : said === "refused" ? said : statusSeen(said, protocol);
    return seen !== undefined && !isFromStandIn(seen) && seen.status === wanted;
  }
}

/** The port that https has anyhow is left out. */
const redirectOnIstio = (expected: Expectation): Expectation =>
  expected.kind === "redirect"
    ? { ...expected, location: expected.location.replace(/^(https:.*?):443\//, "$1/") }
    : expected;
