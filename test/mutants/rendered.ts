/** What the renderer makes of meshes, as short texts that tell whether a mutant changes it. */
import { createHash } from "node:crypto";
import { fileText } from "../../components/engines/envoy/block.ts";
import type { MeshIr } from "../../components/ir/mesh-ir.ts";
import { envoyRenderer } from "../../components/passes/render.ts";
import { loopbackPlacement } from "../live/proof/loopback-placement.ts";

/** The same for the same files; what else a mesh is that cannot be rendered at all. */
export function fingerprint(ir: MeshIr): string {
  try {
    const proxies = envoyRenderer(loopbackPlacement("127.0.0.1", "socket.")).render(ir);
    const texts = proxies.map(({ files, ...proxy }) => [proxy, files.map((file) => [file.path, fileText(file)])]);
    return createHash("sha256").update(JSON.stringify(texts)).digest("base64");
  } catch (error) {
    return `${error}`;
  }
}
