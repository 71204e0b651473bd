/** The same thing in another spelling, and something else that looks the same: what proxies and people mix up. */
import type { NamedMatch, PathMatch, TextMatch } from "../../../components/ir/match.ts";
import type { Random } from "../../generate/random.ts";

// --- paths ---------------------------------------------------------------------------------------------------------

/** A path that meets a condition, or nearly. */
export function pathFor(dice: Random, match: PathMatch | undefined, exact: boolean): string {
  if (match === undefined) return dice.pick(["/", "/x", "/a/b", "/api/items/7"]);
  switch (match.kind) {
    case "exact":
      return match.path;
    case "prefix":
      return dice.pick([match.path, `${match.path}/x`, `${match.path}/`, `${match.path}/x/y.z`]).replace(/^\/\//, "/");
    case "regex":
      return sampleOf(dice, match.regex, exact, "/");
  }
}

/** Spelled differently, mostly meaning the same. */
export function respelledPath(dice: Random, path: string): string {
  const at = slashIn(dice, path);
  const insert = (text: string) => path.slice(0, at) + text + path.slice(at);
  return dice.among(
    [3, () => insert("/")],
    [1, () => insert("///")],
    [2, () => insert("/.")],
    [2, () => insert("/x/..")],
    [1, () => insert("/%2e")],
    [1, () => insert("/y/%2E.")],
    [1, () => insert("/..")],
    [1, () => insert("/..;")],
    [1, () => insert("/z/..;a=b")],
    [3, () => `${path.slice(0, at)}${dice.pick(["%2F", "%2f", "%5C", "%5c", "\\"])}${path.slice(at + 1)}`],
    [3, () => escapedCharacter(dice, path, 1)],
    [1, () => escapedCharacter(dice, path, 2)],
    [1, () => [...path].map((one) => (/[a-z]/i.test(one) ? escapeOf(one) : one)).join("")],
  );
}

/** Nearly the same, mostly meaning something else. */
export function nearPath(dice: Random, path: string): string {
  return dice.among(
    [2, () => `${path}/`],
    [2, () => `${path}x`],
    [2, () => `${path}/x`],
    [2, () => path.slice(0, -1) || "/"],
    [1, () => path.toUpperCase()],
    [1, () => path.toLowerCase()],
    [1, () => `${path};`],
    [1, () => `${path};a=b`],
    [1, () => `${path}.`],
    [1, () => `${path}/.`],
    [1, () => `${path}/..`],
    [1, () => `${path}/..;/x`],
    [1, () => `${path}%20`],
    [1, () => `${path}%00`],
    [1, () => `${path}%`],
    [1, () => `${path}%2`],
    [1, () => `${path}%zz`],
    [1, () => `${path}%3Fa=1`],
    [1, () => `${path}%23`],
    [1, () => `${path}#f`],
    [1, () => `/x${path}`],
    [1, () => path.slice(1) || "/"],
    [1, () => "//"],
    [1, () => "/%2f"],
    [
      1,
      () =>
        `${path}${dice.pick(['"', "<", ">", "^", "`", "{", "|", "}", "[", "]", "'", "*", "~", "%7e", "%2A", "%c3%a4", "ä"])}`,
    ],
    [1, () => `${path}/%%32F`],
    [1, () => `${path}%25%32%66`],
  );
}

const slashIn = (dice: Random, path: string): number => {
  const slashes = [...path].flatMap((one, index) => (one === "/" ? [index] : []));
  return slashes.length === 0 ? 0 : dice.pick(slashes);
};

function escapedCharacter(dice: Random, path: string, times: number): string {
  if (path.length < 2) return path;
  const at = 1 + dice.below(path.length - 1);
  const character = path[at] as string;
  if (character === "%" || character > "~") return path;
  let escaped = escapeOf(character);
  if (dice.chance(0.5)) escaped = escaped.toLowerCase();
  if (times === 2) escaped = escaped.replace("%", "%25");
  return path.slice(0, at) + escaped + path.slice(at + 1);
}

const escapeOf = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;

// --- texts ---------------------------------------------------------------------------------------------------------

/** A value that meets a condition; `undefined` where none shall be there. */
export function textFor(dice: Random, match: TextMatch, exact: boolean): string | undefined {
  switch (match.kind) {
    case "exact":
      return match.value;
    case "prefix":
      return dice.pick([match.value, `${match.value}x`, `${match.value},y`]);
    case "regex":
      return sampleOf(dice, match.regex, exact, "");
    case "present":
      return dice.pick(["", "1", "a, b"]);
    case "absent":
      return undefined;
  }
}

export const nearText = (dice: Random, text: string): string =>
  dice.among(
    [2, () => ""],
    [2, () => `${text}x`],
    [1, () => `x${text}`],
    [1, () => text.toUpperCase()],
    [1, () => text.toLowerCase()],
    [1, () => text.slice(1)],
    [1, () => text.slice(0, -1)],
    [1, () => `${text},${text}`],
    [1, () => `${text}, x`],
    [1, () => `"${text}"`],
    [1, () => escapeAll(text)],
    [1, () => `${text} `],
  );

export const escapeAll = (text: string): string => encodeURIComponent(text.toWellFormed());

interface Samples {
  readonly matching: readonly string[];
  readonly others: readonly string[];
}

/** For the regular expressions of generated meshes. Any other is asked with a few guesses. */
const SAMPLES: ReadonlyMap<string, Samples> = new Map([
  [".*", { matching: ["", "/", "/any/thing", "x"], others: ["\u00e4"] }],
  [
    "/v[0-9]+/items",
    { matching: ["/v1/items", "/v22/items"], others: ["/v/items", "/v1/items/", "/v1/Items", "x/v1/items"] },
  ],
  ["(?i)/api(?:/.*)?", { matching: ["/api", "/API/x", "/Api/"], others: ["/apix", "/x/api", "/ap"] }],
  ["/[^/]+", { matching: ["/x", "/a.b", "/%20"], others: ["/", "/x/", "/x/y"] }],
  ["a|b", { matching: ["a", "b"], others: ["ab", "/a", "c"] }],
  ["^x$", { matching: ["x"], others: ["xx", "/x", "X"] }],
  ['"', { matching: ['"'], others: ['""', "%22", "/%22"] }],
  ["\\d{2,3}\\.", { matching: ["12.", "123."], others: ["1.", "1234.", "12"] }],
  ["(?i)abc", { matching: ["abc", "ABC", "aBc"], others: ["abcd", "/abc"] }],
  ["[^\"'\\\\%]+", { matching: ["x", "/plain"], others: ["/a%20b", "it's", "\\"] }],
  ["\\Q$1\\E", { matching: ["$1"], others: ["$11", "/$1", "1"] }],
]);

const GUESSES: Samples = { matching: ["", "x", "/x"], others: ["/", "1"] };

function sampleOf(dice: Random, regex: string, exact: boolean, begin: string): string {
  const { matching, others } = SAMPLES.get(regex) ?? GUESSES;
  const sample = dice.pick(exact || dice.chance(0.5) ? matching : others);
  return sample.startsWith(begin) ? sample : begin + sample;
}

// --- hosts ---------------------------------------------------------------------------------------------------------

export const respelledHost = (dice: Random, host: string): string =>
  dice.among(
    [3, () => host.toUpperCase()],
    [2, () => [...host].map((one, index) => (index % 2 === 0 ? one.toUpperCase() : one)).join("")],
    [3, () => withDot(host)],
    [1, () => `${host}.`],
  );

/** `api:80` → `api.:80` */
const withDot = (host: string): string => {
  const colon = host.indexOf(":");
  return colon === -1 ? `${host}.` : `${host.slice(0, colon)}.${host.slice(colon)}`;
};

export const nearHost = (dice: Random, host: string): string =>
  dice.among(
    [2, () => `${host.split(":")[0]}:${dice.pick(["1", "80", "443", "65535", "080", "+80", "80:80", "x"])}`],
    [1, () => `${host}:`],
    [1, () => `${host}..`],
    [1, () => `x${host}`],
    [1, () => `user@${host}`],
    [1, () => ""],
    [1, () => `${host},${host}`],
    [1, () => host.split(".")[0] as string],
    [1, () => `${host.split(":")[0]}.other`],
    [1, () => `${host}/`],
    [1, () => `${host}?x`],
    [1, () => `[${host}]`],
    [1, () => "127.0.0.1"],
    [1, () => "*"],
  );

// --- queries and cookies -------------------------------------------------------------------------------------------

const FIT_FOR_QUERY = /^[!"$%'-~]*$/;

export const queryPart = (name: string, value: string): string =>
  `${FIT_FOR_QUERY.test(name) ? name : escapeAll(name)}=${FIT_FOR_QUERY.test(value) || /^[!-"$-~]*$/.test(value) ? value : escapeAll(value)}`;

export function queryFor(dice: Random, matches: readonly NamedMatch[], exact: boolean): string[] {
  return matches.flatMap(({ name, match }) => {
    const value = textFor(dice, match, exact);
    if (value === undefined) return [];
    const part = queryPart(name, value);
    return dice.among<string[]>(
      [exact ? 80 : 6, () => [part]],
      [1, () => [part, queryPart(name, "other")]],
      [1, () => [queryPart(name, "other"), part]],
      [1, () => [part.split("=")[0] as string]],
      [1, () => [queryPart(name, nearText(dice, value))]],
      [1, () => [queryPart(name, escapeAll(value))]],
    );
  });
}

/** What a cookie's value cannot hold on a line of a header stays out. */
export function cookiesFor(dice: Random, matches: readonly NamedMatch[], exact: boolean): string[] {
  return matches.flatMap(({ name, match }) => {
    const value = textFor(dice, match, exact);
    if (value === undefined) return [];
    return dice.among<string[]>(
      [exact ? 80 : 6, () => [`${name}=${value}`]],
      [1, () => [`${name}=${value}`, `${name}=other`]],
      [1, () => [`${name}=other`, `${name}=${value}`]],
      [1, () => [`${name}="${value}"`]],
      [1, () => [`${name}= ${value}`]],
      [1, () => [`${name} =${value}`]],
      [1, () => [name]],
      [1, () => [`${name}=${nearText(dice, value)}`]],
    );
  });
}
