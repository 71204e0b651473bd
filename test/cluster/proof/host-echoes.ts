/** The backends of the proof as the applications of a mesh on Istio. */
import type { ExternalIr } from "../../../components/ir/mesh-ir.ts";
import { type PortIr, speaksHttp, speaksHttp2 } from "../../../components/ir/port.ts";
import { Echo, type EchoSpec } from "../../live/proof/echo.ts";
import type { Observations } from "../../live/proof/observations.ts";
import type { Host, Site } from "../istio-mesh.ts";

export const hostEchoes =
  (observations: Observations): Host =>
  async (site) => {
    const echo = new Echo(observations);
    for (const spec of [...workloadsOf(site), ...(await externalsOf(site))]) await echo.open(spec);
    return () => echo.close();
  };

const workloadsOf = ({ pods, socketOf }: Site): readonly EchoSpec[] =>
  pods.flatMap((pod) => {
    if (pod.plays.kind !== "service") return [];
    const { service, version } = pod.plays;
    return service.ports.map((port) => ({
      backend: { mesh: 0, service: service.id, port: port.name, version },
      speaks: speech(port),
      listen: { path: socketOf(pod, port) },
    }));
  });

const externalsOf = ({ ir, outsidePort, authority }: Site): Promise<readonly EchoSpec[]> =>
  Promise.all(
    ir.externals.flatMap((external) =>
      external.ports.map(async (port) => ({
        backend: { mesh: 0, service: external.id, port: port.name },
        speaks: speech(port),
        listen: { host: "127.0.0.1", port: outsidePort(external.host, port.name) },
        ...(isVerified(external, port) ? { tls: await authority.issueServer([external.host]) } : {}),
      })),
    ),
  );

const speech = (port: PortIr): EchoSpec["speaks"] => (speaksHttp2(port) ? "http2" : speaksHttp(port) ? "http1" : "tcp");

/** On a `tls` port the application itself speaks it: bytes to the proxies, so here they are plain ones. */
const isVerified = ({ tls }: ExternalIr, { protocol }: PortIr): boolean =>
  tls.mode === "verified" && protocol !== "tls";
