/**
 * Path normalization, before anything looks at a path: escaped slashes are unescaped, the path is brought into canonical form
 * (RFC 3986 6.2.2, as browsers do it), repeated slashes become one. In this order, so `/a//../b` is `/a/b`.
 *
 * @source Envoy 1.40, `path_with_escaped_slashes_action`, `normalize_path`, `merge_slashes`; Istio's published vectors
 */

export type Normalized =
  | { readonly kind: "path"; readonly path: string; readonly hadEscapedSlashes: boolean }
  /** A path that no proxy forwards. */
  | { readonly kind: "refused"; readonly reason: string };

/** Most paths are canonical already: plain characters, no dot at the begin of a segment, no double slash. */
const CANONICAL = /^(?:\/[A-Za-z0-9\-_~!$&'()*+,:;=@][A-Za-z0-9\-._~!$&'()*+,:;=@]*)+\/?$/;

/** What can stand in the target of a request at all. */
const VISIBLE = /^[\x21-\x7e]*$/;

export function normalizePath(path: string): Normalized {
  if (path === "/" || CANONICAL.test(path)) return { kind: "path", path, hadEscapedSlashes: false };
  const reason = whyRefused(path);
  if (reason !== undefined) return { kind: "refused", reason };
  const unescaped = path.replace(/%2f/gi, "/").replace(/%5c/gi, "\\");
  const canonical = canonicalPath(withoutDotParameters(unescaped));
  return { kind: "path", path: mergeSlashes(canonical), hadEscapedSlashes: unescaped !== path };
}

function whyRefused(path: string): string | undefined {
  if (!path.startsWith("/")) return "the path does not begin with /";
  if (!VISIBLE.test(path)) return "the path holds a blank, a control character or one beyond ASCII that is not escaped";
  if (path.includes("#")) return "the path holds a fragment";
  return path.includes("%00") ? "the path holds an escaped NUL" : undefined;
}

/** A path of slashes alone keeps two: its first and its last. */
const mergeSlashes = (path: string): string => (/^\/{2,}$/.test(path) ? "//" : path.replace(/\/{2,}/g, "/"));

/** `..;x` is `..` before anything else is looked at: so `%2e%2e;x` and `\..;x` are not, until the next proxy looks. */
const withoutDotParameters = (path: string): string => path.replace(/(?<=\/)(\.\.?);[^/]*/g, "$1");

function canonicalPath(path: string): string {
  const segments: string[] = [];
  const written = path.replaceAll("\\", "/").split("/").slice(1);
  for (const [index, segment] of written.entries()) {
    const dots = dotsOf(segment);
    if (dots === 2) segments.pop();
    if (dots === 0) segments.push(canonicalSegment(segment));
    else if (index === written.length - 1) segments.push("");
  }
  return `/${segments.join("/")}`;
}

/** `.` and `..`, escaped or not. */
function dotsOf(segment: string): 0 | 1 | 2 {
  const dots = /^(\.|%2e)(\.|%2e)?$/i.exec(segment);
  return dots === null ? 0 : dots[2] === undefined ? 1 : 2;
}

const UNRESERVED = /^[A-Za-z0-9\-._~]$/;
/** Characters that are escaped where they stand plain. */
const ESCAPED = /["<>^`{|}]/;

function canonicalSegment(segment: string): string {
  if (!segment.includes("%") && !ESCAPED.test(segment)) return segment;
  let text = "";
  /** Where the last percent sign stands that begins no escape. */
  let stray = -1;
  for (let index = 0; index < segment.length; index++) {
    const character = segment.charAt(index);
    const plain = character === "%" ? unescaped(segment.slice(index, index + 3)) : undefined;
    if (plain === undefined) {
      if (character === "%") stray = text.length;
      text += ESCAPED.test(character) ? escapeOf(character) : character;
      continue;
    }
    index += 2;
    const kept = UNRESERVED.test(plain) ? plain : segment.slice(index - 2, index + 1);
    text = withoutNewEscape(text + kept, stray, segment.charAt(index + 1));
  }
  return text;
}

/** An escape that unescaping would make out of a stray percent sign: that sign is escaped, so that nothing is unescaped twice. */
function withoutNewEscape(text: string, stray: number, next: string): string {
  if (stray < 0) return text;
  const following = text.slice(stray + 1);
  const made = following.length === 1 ? following + next : following;
  return isHex(made) ? `${text.slice(0, stray)}%25${following}` : text;
}

const isHex = (digits: string): boolean => /^[0-9a-f]{2}$/i.test(digits);

const unescaped = (written: string): string | undefined =>
  isHex(written.slice(1)) ? String.fromCharCode(Number.parseInt(written.slice(1), 16)) : undefined;

const escapeOf = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
