/** Path normalization against Istio's published cases: the simulator, and real Envoys as sidecar and as gateway. */
import assert from "node:assert/strict";
import { compile, defineMesh, http, listen } from "meshwright";
import type { MeshIr } from "../../../components/ir/mesh-ir.ts";
import { normalizePath } from "../../../components/values/path.ts";
import { envoyForTests } from "../../envoy/envoy-for-tests.ts";
import type { Ask } from "../../live/proof/ask.ts";
import { perform } from "../../live/proof/perform.ts";
import { Rig } from "../../live/proof/rig.ts";
import { skip } from "../../skip.ts";
import { type PathCase, readPathCases } from "./cases.ts";

/** What every proxy of a mesh does; the other modes are never rendered. */
const OURS = "DECODE_AND_MERGE_SLASHES";

const mesh = defineMesh({
  name: "paths",
  targets: ["envoy"],
  services: { web: { ports: { http: http(80) }, calls: ["app"] }, app: { ports: { http: http(80) } } },
  gateways: {
    edge: { listeners: { web: listen.http(80, { hosts: ["paths.example"] }) }, routes: { all: { to: "app" } } },
  },
});

describe("Istio's cases of path normalization", function () {
  this.timeout(60_000);
  let cases: readonly PathCase[] = [];

  before(function () {
    const found = readPathCases();
    if (found.kind === "found") cases = found.cases;
    else skip(this, found.why);
  });

  const ours = () => cases.filter(({ mode }) => mode === OURS);

  it("are 345, of which 297 are of the mode that proxies are rendered with", () => {
    const others = Map.groupBy(cases, ({ mode }) => mode);
    const counts = [...others].map(([mode, all]) => `${all.length} ${mode}${mode === OURS ? "" : ", never rendered"}`);
    console.log(`    ${cases.length} cases: ${counts.join("; ")}`);
    assert.deepEqual([cases.length, ours().length], [345, 297]);
  });

  it("the simulator agrees with all 297", () => {
    const said = (path: string) => {
      const normalized = normalizePath(path);
      return normalized.kind === "path" ? normalized.path : "400";
    };
    assert.deepEqual(
      ours().filter((one) => said(sentFor(one)) !== one.out),
      [],
    );
  });

  it("real proxies agree with all 297: a server behind two sidecars, and clients of a gateway", async () => {
    const { ir } = compile(mesh.at("default"));
    assert.ok(ir !== undefined);
    const rig = await Rig.start(await envoyForTests(), [ir]);
    try {
      const unlike = await Promise.all(
        ours().flatMap((one) =>
          [fromService(ir), atGateway(ir)].map(async (asker) => {
            const out = await seen(rig, { ...asker, wire: { ...asker.wire, target: sentFor(one) } });
            return out === one.out ? [] : [{ ...one, from: asker.from.kind, seen: out }];
          }),
        ),
      );
      assert.deepEqual(unlike.flat(), []);
    } finally {
      await rig.stop();
    }
  });
});

/** Clients keep what stands behind `#` to themselves (RFC 9110 7.1). */
const sentFor = ({ in: path }: PathCase): string => path.split("#")[0] ?? "";

type Asking = Ask & { readonly wire: NonNullable<Ask["wire"]> };

const asking = (from: Ask["from"], host: string): Asking => ({
  from,
  wire: { method: "GET", target: "/", host, headers: [] },
  carries: [],
});

const fromService = ({ services }: MeshIr): Asking =>
  asking({ kind: "service", service: services.find(({ key }) => key === "web")?.id ?? "//" }, "app");

const atGateway = ({ gateways }: MeshIr): Asking =>
  asking({ kind: "outside", gateway: gateways[0]?.id ?? "//", listener: "web" }, "paths.example");

/** The path that the server gets; at a gateway, of escaped slashes the path that the client is sent to. */
async function seen(rig: Rig, ask: Ask): Promise<string> {
  const [mesh] = rig.meshes;
  assert.ok(mesh !== undefined);
  const { answer, arrived } = await perform(rig, mesh, ask);
  if (answer.kind === "closed") return `closed: ${answer.why}`;
  if (answer.status === 307) return answer.headers.find(([name]) => name === "location")?.[1] ?? "nowhere";
  return arrived[0]?.path ?? String(answer.status);
}
