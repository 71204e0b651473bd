/**
 * The lock file: what `mesh lock` fetched for each release, by digest. It is committed, like the lock files of package managers; what
 * it does not hold nobody has fetched, and nothing here invents it.
 */
import { Cursor, Targets } from "../contract/cursor.ts";
import { object, oneOf, type Reader, record, textWhere } from "../contract/read.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { Report } from "../diagnostics/report.ts";
import { byText } from "../values/order.ts";

export const LOCK_FILE = "mesh.lock.json";

/** `sha256:` of a packaged chart, `tree-sha256:` of an unpacked one; `sha256:` of an image's manifest. */
export type Digest = `${"sha256" | "tree-sha256"}:${string}`;

export interface LockedChart {
  readonly version: string;
  readonly digest: Digest;
}

export interface LockedRelease {
  readonly charts: Readonly<Record<string, LockedChart>>;
  /** By name and tag: `pilot:1.31.4`. Empty where no registry of images could be asked. */
  readonly images: Readonly<Record<string, Digest>>;
}

export interface Lock {
  readonly schema: 1;
  /** By release. */
  readonly releases: Readonly<Record<string, LockedRelease>>;
}

export const emptyLock: Lock = { schema: 1, releases: {} };

const isDigest = (text: string): text is Digest => /^(?:tree-)?sha256:[0-9a-f]{64}$/.test(text);
const digest = textWhere('a digest, "sha256:" and 64 hexadecimal digits', isDigest) as Reader<Digest>;
const text = textWhere("text", (value) => value !== "");

const lock = object(
  {
    schema: oneOf(1),
    releases: record(
      object(
        {
          charts: record(object({ version: text, digest }, { required: ["version", "digest"] })),
          images: record(digest, "any"),
        },
        { required: ["charts"] },
      ),
      "any",
    ),
  },
  { required: ["schema", "releases"] },
);

export function readLock(data: unknown): { readonly lock: Lock; readonly diagnostics: readonly Diagnostic[] } {
  const report = new Report();
  const read = lock(data, Cursor.root(report, new Targets([])));
  if (read === undefined || report.hasErrors) return { lock: emptyLock, diagnostics: report.sorted() };
  const releases = [...read.releases].map(([name, { charts, images }]) => [
    name,
    { charts: Object.fromEntries(charts), images: Object.fromEntries(images ?? new Map()) },
  ]);
  return { lock: { schema: 1, releases: Object.fromEntries(releases) }, diagnostics: [] };
}

/** Sorted, so that the same content is the same text. */
export const formatLock = (lock: Lock): string => `${JSON.stringify(sorted(lock), undefined, 2)}\n`;

const sorted = (value: unknown): unknown =>
  typeof value !== "object" || value === null
    ? value
    : Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => byText(a, b))
          .map(([key, item]) => [key, sorted(item)]),
      );
