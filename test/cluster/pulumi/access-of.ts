/** How the double of the Kubernetes provider reaches the suite's API server: what stands in its kubeconfig. */
import { readFile } from "node:fs/promises";
import type { Access } from "../api-client.ts";
import type { Kubernetes } from "../kubernetes.ts";

export async function accessOf({ kubeconfig }: Kubernetes): Promise<Access> {
  const { clusters, users } = JSON.parse(await readFile(kubeconfig, "utf8")) as {
    readonly clusters: readonly [
      { readonly cluster: { readonly server: string; readonly "certificate-authority-data": string } },
    ];
    readonly users: readonly [{ readonly user: { readonly token: string } }];
  };
  const [{ cluster }] = clusters;
  const { hostname, port } = new URL(cluster.server);
  const ca = Buffer.from(cluster["certificate-authority-data"], "base64").toString();
  return { host: hostname, port: Number(port), token: users[0].user.token, ca };
}
