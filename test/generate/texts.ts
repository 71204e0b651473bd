/** Texts that break what puts strings together: quotes, breaks, substitutions, names of JavaScript's own, other scripts. */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { normalizePath } from "../../components/values/path.ts";

const HOSTILE = [
  '"',
  "'",
  "\\",
  "%",
  "%REQ(:path)%",
  "${x}",
  "{{x}}",
  "`x`",
  "<b>",
  "&amp;",
  "|",
  "*",
  "[",
  "$(x)",
  "# x",
  "- x",
  ": x",
];
const BREAKS = ["\n", "\r\n", "\u0000", "\u001b[2J", "\u2028", "\u202e", "ä", "日本", "😀"];

/** Names that every object of JavaScript has; as keys of a mesh they are names like others. */
const INHERITED = ["constructor", "prototype", "valueof", "tostring"];

/** Text without limits, but for half characters, which are no text. */
export const anyText = fc.oneof(
  fc.constantFrom(...HOSTILE, ...BREAKS, "__proto__"),
  fc
    .array(fc.constantFrom(...HOSTILE, ...BREAKS, "a", " "), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join("")),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
);

/** What can stand in a line of a header. */
export const headerValue = fc.oneof(
  fc.constantFrom(...HOSTILE.filter((text) => /^[!-~](?:[ -~]*[!-~])?$/.test(text)), "__proto__"),
  fc.stringMatching(/^[!-~]([ -~]{0,10}[!-~])?$/),
);

/** RFC 9110 tokens, as the names of headers, cookies, query parameters and methods are. */
export const token = fc.oneof(
  fc.constantFrom("__proto__", "constructor", "X-%d", "x'y", "$x", "a.b|c", "x`y"),
  fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}$/),
);

/** Any token is a method; these are asked for, too. */
export const method = fc.oneof(
  token,
  fc.constantFrom("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "get"),
);

/** Lower-case labels: keys of services, ports, versions. */
export const label = fc.oneof(
  { weight: 3, arbitrary: fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/) },
  { weight: 1, arbitrary: fc.constantFrom(...INHERITED, "0", "7", "default", "calls", "a".repeat(63)) },
);

/** Keys of routes and rules, which may have capitals. */
export const key = fc.oneof(
  { weight: 3, arbitrary: fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9-]{0,8}[A-Za-z0-9])?$/) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("constructor", "toString", "hasOwnProperty", "valueOf", "0", "calls", "otherwise"),
  },
);

const segment = fc.oneof(
  fc.constantFrom("a", "api", "%20", "${x}", "'", '"', "*", "(.*)", "$1", "[a-z]", "a.b", "...", "%%", "{x}", "a|b"),
  fc.stringMatching(/^[a-zA-Z0-9_~!$&'()*+,;=:@"-]{1,8}$/),
  // Nothing that has another spelling: what requests can meet.
  { weight: 3, arbitrary: fc.stringMatching(/^[a-zA-Z0-9_~!$&'()*+,;=:@-]{1,8}$/) },
);

/** Half of it can stand in a query as it is. */
export const queryValue = fc.oneof(anyText, fc.stringMatching(/^[!"$%'-~]{1,8}$/));

/** Paths as somebody may write them. */
export const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => `/${segments.join("/")}`);

/** Paths as they are after normalization: what is written otherwise, nothing can be compared with. */
export const seenPath = path
  .map((written) => normalizePath(written))
  .filter((seen) => seen.kind === "path")
  .map(({ path: seen }) => seen)
  .filter((seen) => isDeepStrictEqual(normalizePath(seen), { kind: "path", path: seen, hadEscapedSlashes: false }));

/** Some of what paths are matched with; all others of `regex` match no path, or every one. */
export const pathRegex = fc.constantFrom("/v[0-9]+/items", "(?i)/api(?:/.*)?", "/[^/]+");

/** Regular expressions, as few as it takes to have every operator and quotes of all kinds. */
export const regex = fc.constantFrom(
  ".*",
  "/v[0-9]+/items",
  "a|b",
  "^x$",
  '"',
  "\\d{2,3}\\.",
  "(?i)abc",
  "[^\"'\\\\%]+",
  "\\Q$1\\E",
);
