/** One request for something that is stored: patient, but neither for ever nor without a bound. */

/** Larger answers are no chart, no index and no manifest. */
const LARGEST = 64 * 1024 * 1024;
const PATIENCE_MS = 60_000;

/** @throws with a reason that a user can read */
export async function request(url: URL, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw new Error(`${url.protocol} is no way to fetch anything`);
  return fetch(url, { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
}

/** @throws with a reason that a user can read */
export async function bytesOf(answer: Response): Promise<Uint8Array> {
  const { pathname } = new URL(answer.url);
  if (!answer.ok) throw new Error(`${pathname} answered ${answer.status}`);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.length;
    if (size > LARGEST) throw new Error(`${pathname} is too large`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
