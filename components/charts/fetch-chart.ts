/** Packaged charts from a repository of Helm, whose index says where each version lies, or from a registry of the OCI (`oci://`). */
import { parse } from "yaml";
import { bytesOf, request } from "./download.ts";
import { blobOf, manifestOf, repositoryNamed } from "./registry.ts";

/** @throws with a reason that a user can read */
export function fetchChart(repository: string, chart: string, version: string): Promise<Uint8Array> {
  const { protocol, host, pathname } = new URL(repository);
  return protocol === "oci:"
    ? fetchFromRegistry(`${host}${pathname}`.replace(/\/$/, ""), chart, version)
    : fetchFromIndex(repository.endsWith("/") ? repository : `${repository}/`, chart, version);
}

async function fetchFromIndex(base: string, chart: string, version: string): Promise<Uint8Array> {
  const index = new TextDecoder().decode(await download(new URL("index.yaml", base)));
  return download(new URL(urlOf(index, chart, version), base));
}

const download = async (url: URL): Promise<Uint8Array> => bytesOf(await request(url));

interface Entry {
  readonly version?: unknown;
  readonly urls?: unknown;
}

function urlOf(index: string, chart: string, version: string): string {
  const { entries } = (parse(index) ?? {}) as { readonly entries?: Readonly<Record<string, readonly Entry[]>> };
  const versions = entries !== undefined && Object.hasOwn(entries, chart) ? (entries[chart] ?? []) : [];
  const found = versions.find((entry) => entry.version === version);
  const [url] = Array.isArray(found?.urls) ? (found.urls as readonly unknown[]) : [];
  if (typeof url !== "string") throw new Error(`its index names no ${chart} ${version}`);
  return url;
}

/** @source helm.sh/docs/topics/registries, Helm 4, read 2026-11 */
const CHART = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

interface Layer {
  readonly mediaType?: unknown;
  readonly digest?: unknown;
}

/** The package is one layer of its manifest. A tag may not hold a `+`, so Helm writes `_`. */
async function fetchFromRegistry(hub: string, chart: string, version: string): Promise<Uint8Array> {
  const repository = repositoryNamed(`${hub}/${chart}`);
  const { bytes } = await manifestOf(repository, version.replaceAll("+", "_"));
  const { layers } = JSON.parse(new TextDecoder().decode(bytes)) as { readonly layers?: readonly Layer[] };
  const layer = Array.isArray(layers)
    ? (layers as readonly Layer[]).find(({ mediaType }) => mediaType === CHART)
    : undefined;
  if (typeof layer?.digest !== "string") throw new Error(`${chart}:${version} is no chart`);
  return blobOf(repository, layer.digest);
}
