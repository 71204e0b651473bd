/** Version numbers: `1.31.4`, or as much of one as is known (`1.31`). */

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

const VERSION = /^v?(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})(?:\.(0|[1-9]\d{0,4}))?(?:[-+][0-9A-Za-z.+-]{1,80})?$/;

/** What follows a dash or a plus (`v1.33.1-gke.1000`) names a build, not another version. */
export function parseVersion(text: string): Version | undefined {
  const found = VERSION.exec(text);
  if (found === null) return undefined;
  const [, major, minor, patch = "0"] = found;
  return { major: Number(major), minor: Number(minor), patch: Number(patch) };
}

/** Below zero: `a` is the older one. What is no version is older than every version. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parseVersion(a), parseVersion(b)];
  if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined);
  return left.major - right.major || left.minor - right.minor || left.patch - right.patch;
}

/** `1.31` of `1.31.4`. */
export const minorOf = (version: string): string => {
  const parsed = parseVersion(version);
  return parsed === undefined ? version : `${parsed.major}.${parsed.minor}`;
};

/** Both ends belong to it; patches do not count. */
export interface MinorRange {
  readonly from: string;
  readonly to: string;
}

export const isWithin = (version: string, { from, to }: MinorRange): boolean =>
  compareVersions(minorOf(version), from) >= 0 && compareVersions(minorOf(version), to) <= 0;

/** How many minor releases lie between: 0 within one, undefined where the major number differs. */
export function minorsBetween(from: string, to: string): number | undefined {
  const [old, next] = [parseVersion(from), parseVersion(to)];
  return old === undefined || next === undefined || old.major !== next.major ? undefined : next.minor - old.minor;
}
