/** docs/surprises.md through real proxies: what the page says is what happens. */
import assert from "node:assert/strict";
import { compile, type MeshIr } from "meshwright";
import { speaksHttp2 } from "../../components/ir/port.ts";
import { ask } from "../../components/local/ask.ts";
import type { Probe } from "../../components/local/probe.ts";
import { Simulator } from "../../components/simulate/simulator.ts";
import { type RequestSpec, resolveRequest } from "../../components/simulate/spec.ts";
import type { Outcome } from "../../components/simulate/verdict.ts";
import { type Surprise, surprises } from "../../docs/examples/surprises.ts";
import boutique from "../../stacks/meshes/online-boutique.ts";
import { liveMesh, type Report, reportOf } from "./live-mesh.ts";

const ir = compile(boutique.at("prod")).ir as MeshIr;
const simulator = new Simulator(ir);

liveMesh(
  "ten surprises",
  boutique,
  (live) => {
    assert.equal(surprises.length, 10);
    for (const surprise of surprises)
      it(surprise.title, async () => {
        const { outcome, host } = simulated(surprise.request);
        // A proxy's own answers to gRPC are gRPC statuses; where no service is asked, plain HTTP shows what they are made of.
        const seen = await ask(live(), probeOf(surprise, host, outcome.kind === "forward"));
        const expected = expectedOf(outcome);
        assert.equal(seen.status, expected.status);
        assert.equal(seen.headers.location, expected.location);
        if (expected.service === undefined) return;
        const { service, version }: Report = reportOf(seen);
        assert.equal(service, expected.service);
        if (expected.version !== undefined) assert.equal(version, expected.version);
      });
  },
  "prod",
);

function simulated(spec: RequestSpec): { readonly outcome: Outcome; readonly host: string } {
  const resolved = resolveRequest(ir, spec);
  if (resolved.kind === "refused") assert.fail(JSON.stringify(resolved.diagnostics));
  return { outcome: simulator.decide(resolved.request).outcome, host: resolved.request.message?.authority ?? "" };
}

interface Expected {
  readonly status: number;
  readonly location?: string;
  readonly service?: string | undefined;
  readonly version?: string | undefined;
}

function expectedOf(outcome: Outcome): Expected {
  switch (outcome.kind) {
    case "forward": {
      const [only, ...others] = outcome.destinations;
      assert.ok(only !== undefined && others.length === 0, "one destination");
      if (only.arrival.kind !== "delivered") return { status: only.arrival.kind === "denied" ? 403 : 400 };
      const status = only.answer?.status ?? 200;
      const service = ir.services.find(({ id }) => id === only.service)?.key;
      return status === 200 ? { status, service, version: only.version } : { status };
    }
    case "redirect":
      return { status: outcome.status, location: outcome.location };
    case "abort":
    case "no-route":
      return { status: outcome.status };
    default:
      return assert.fail(outcome.kind);
  }
}

let keys = 0;

/** Stand-ins fail as the request tells them: the first so many times, by a key. */
function probeOf(
  { title, request: { from, to, path = "", method, headers = [], backends = [] } }: Surprise,
  host: string,
  forwarded: boolean,
): Probe {
  const callee = ir.services.find(({ key }) => key === to);
  const protocol = forwarded && callee?.ports.some(speaksHttp2) ? "grpc" : "http";
  const failures =
    backends[0]?.answers.filter((answer) => answer.kind === "status" && answer.status !== 200).length ?? 0;
  const forever = backends[0]?.answers.at(-1);
  const steering =
    failures === 0
      ? {}
      : forever?.kind === "status" && forever.status !== 200
        ? { "x-echo-status": String(forever.status) }
        : { "x-echo-fail-first": String(failures), "x-echo-status": "503", "x-echo-key": `surprise ${++keys}` };
  return {
    name: title,
    from: from === "outside" ? "outside" : { service: from },
    url: to.includes("://") ? to : `http://${host}${path}`,
    protocol,
    method,
    headers: { ...Object.fromEntries(headers), ...steering },
    expect: { status: 200 },
  };
}
