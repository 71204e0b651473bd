/** Packaged charts from a repository of Helm: its index says where each version lies. */
import { parse } from "yaml";

/** Larger answers are no chart and no index. */
const LARGEST = 64 * 1024 * 1024;
const PATIENCE_MS = 60_000;

interface Entry {
  readonly version?: unknown;
  readonly urls?: unknown;
}

/** @throws with a reason that a user can read */
export async function fetchChart(repository: string, chart: string, version: string): Promise<Uint8Array> {
  const base = repository.endsWith("/") ? repository : `${repository}/`;
  const index = new TextDecoder().decode(await download(new URL("index.yaml", base)));
  return download(new URL(urlOf(index, chart, version), base));
}

function urlOf(index: string, chart: string, version: string): string {
  const { entries } = (parse(index) ?? {}) as { readonly entries?: Readonly<Record<string, readonly Entry[]>> };
  const versions = entries !== undefined && Object.hasOwn(entries, chart) ? (entries[chart] ?? []) : [];
  const found = versions.find((entry) => entry.version === version);
  const [url] = Array.isArray(found?.urls) ? (found.urls as readonly unknown[]) : [];
  if (typeof url !== "string") throw new Error(`its index names no ${chart} ${version}`);
  return url;
}

async function download(url: URL): Promise<Uint8Array> {
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw new Error(`${url.protocol} is no way to fetch a chart`);
  const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) throw new Error(`${url.pathname} answered ${answer.status}`);
  if (Number(answer.headers.get("content-length") ?? 0) > LARGEST) throw new Error(`${url.pathname} is too large`);
  return new Uint8Array(await answer.arrayBuffer());
}
