/** The stand-ins of `mesh run` in pods: the image with their program, and the pod of one of them. */
import { fileURLToPath } from "node:url";
import type { WorkloadSpec } from "../../../components/local/workload-spec.ts";
import type { JsonObject } from "../../../components/values/json.ts";
import type { Image } from "./images.ts";

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));
const NODE = ["/usr/bin/node", "--disable-warning=ExperimentalWarning"];
const program = (name: string): string => `/app/test/cluster/node/${name}`;

/** The sources as they are: Node strips their types. */
export const standInImage: Image = {
  name: "meshwright.test/stand-in:1",
  files: {
    "/usr/bin/node": process.execPath,
    "/app/package.json": `${REPOSITORY}package.json`,
    "/app/components": `${REPOSITORY}components`,
    "/app/node_modules/re2js": `${REPOSITORY}node_modules/re2js`,
    ...Object.fromEntries(
      ["stand-in-main.ts", "ask-main.ts"].map((name) => [program(name), `${REPOSITORY}test/cluster/node/${name}`]),
    ),
  },
  config: { Entrypoint: [...NODE, program("stand-in-main.ts")] },
};

/** What runs in a stand-in's container to ask from there. */
export const ASK: readonly string[] = [...NODE, program("ask-main.ts")];

export const CONTAINER = "app";

/** The part of a pod that says what runs in it. */
export const standInPod = (spec: WorkloadSpec): JsonObject => ({
  containers: [
    {
      name: CONTAINER,
      image: standInImage.name,
      args: [JSON.stringify(spec)],
      ports: spec.ports.flatMap(({ name, listen }) =>
        "port" in listen ? [{ name: name.toLowerCase().slice(0, 15), containerPort: listen.port }] : [],
      ),
      ...readiness(spec),
    },
  ],
  terminationGracePeriodSeconds: 1,
});

function readiness({ ports: [first] }: WorkloadSpec): JsonObject {
  if (first === undefined || !("port" in first.listen)) return {};
  return { readinessProbe: { tcpSocket: { port: first.listen.port }, periodSeconds: 1 } };
}
