/** What a real Envoy makes of a request. */
import { connect } from "node:http2";
import { headerMap } from "../../live/proof/ask.ts";
import { PROOF_HEADER, type Arrived as SeenThere } from "../../live/proof/observations.ts";
import { perform } from "../../live/proof/perform.ts";
import type { Rig, RigMesh } from "../../live/proof/rig.ts";
import { wayOf } from "../../live/proof/ways.ts";
import { CODES, type Observed, placeOf } from "./observed.ts";
import type { Sent } from "./sent.ts";

export const throughEnvoy = (rig: Rig, mesh: RigMesh, sent: Sent): Promise<Observed> =>
  sent.isGrpc ? calledByGrpc(rig, mesh, sent) : askedByHttp(rig, mesh, sent);

async function askedByHttp(rig: Rig, mesh: RigMesh, sent: Sent): Promise<Observed> {
  const { answer, arrived } = await perform(rig, mesh, sent);
  if (answer.kind === "closed") return { status: 0, headers: new Map([["closed", [answer.why]]]) };
  const headers = headerMap(answer.headers);
  return {
    status: answer.status,
    location: headers.get("location")?.[0],
    headers,
    arrived: arrivedThere(arrived),
  };
}

function arrivedThere(all: readonly SeenThere[]): Observed["arrived"] {
  const [first] = all;
  if (first === undefined) return undefined;
  const { backend, method, authority, path, headers } = first;
  return { ...placeOf(backend.service), method, host: authority, path, headers: headerMap(headers) };
}

// --- gRPC ----------------------------------------------------------------------------------------------------------

let calls = 0;

/** An empty message: not compressed, of length 0. */
const MESSAGE = Buffer.alloc(5);

async function calledByGrpc(rig: Rig, mesh: RigMesh, sent: Sent): Promise<Observed> {
  const { address } = await wayOf(mesh, sent);
  const id = `grpc-${++calls}`;
  rig.observations.expect(id, { answers: sent.answers ?? [], headers: sent.carries });
  const session = connect(`http://${address.host}:${address.port}`);
  try {
    const headers = await new Promise<Observed["headers"]>((resolve, reject) => {
      session.once("error", reject);
      const { wire } = sent;
      const request = session.request({
        ":method": wire.method,
        ":path": wire.target,
        ":authority": wire.host,
        ...Object.fromEntries(wire.headers),
        [PROOF_HEADER]: id,
      });
      const seen = new Map<string, readonly string[]>();
      const take = (all: object) => {
        for (const [name, value] of Object.entries(all)) seen.set(name, [String(value)]);
      };
      request.on("response", take);
      request.on("trailers", take);
      request.on("error", reject);
      request.on("end", () => resolve(seen));
      request.resume();
      request.end(MESSAGE);
    });
    const code = CODES[Number(headers.get("grpc-status")?.[0] ?? 2)];
    return {
      status: Number(headers.get(":status")?.[0]),
      code,
      headers,
      arrived: arrivedThere(rig.observations.take(id)),
    };
  } finally {
    session.close();
  }
}
