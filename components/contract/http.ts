/** Readers of the parts of HTTP messages that several slices take: paths, header names and values. */
import { normalizePath } from "../values/path.ts";
import { wrongType } from "./codes.ts";
import { type Reader, text, textWhere } from "./read.ts";

/** RFC 9110 tokens: the characters of header names and methods; a leading colon would name a pseudo-header. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;

export const token = textWhere("a name of letters, digits and !#$%&'*+-.^_`|~", (value) => TOKEN.test(value));

/** A path to go to: proxies on the way normalize it like any other. */
export const path = textWhere(
  'a path that begins with "/" and has no "?", "#", "//", "." or ".." segment, "\\", escaped slash (%2F, %5C), blank, control character or character beyond ASCII (escaped it may stand there, like %C3%A9)',
  (value) =>
    /^\/[\x21-\x7e]*$/.test(value) && !/[?#\\]|\/\/|%(?:2f|5c)/i.test(value) && !/\/\.{1,2}(?:\/|$)/.test(value),
);

/** A path to compare with: whoever asks for one that proxies rewrite before they look asks for what never comes. */
export const seenPath: Reader<string> = (value, at) => {
  const written = text(value, at);
  if (written === undefined) return undefined;
  const seen = normalizePath(written);
  if (seen.kind === "path" && seen.path === written && !written.includes("?")) return written;
  if (seen.kind !== "path" || written.includes("?"))
    return (
      path(value, at) &&
      at.fail(wrongType, { expected: "a path that proxies forward", found: "one that they refuse" }, value)
    );
  const expected = `the path as proxies compare it, after normalization: ${JSON.stringify(seen.path)}`;
  return at.fail(wrongType, { expected, found: "another spelling of it" }, value);
};

/**
 * Statuses whose answers have no body (RFC 9110 15.3.5, 15.3.6, 15.4.5). Envoy 1.40 sends the body of its own answers with these,
 * too, and over HTTP/1.1 the client takes it for the begin of the next answer (seen by test/live/proof).
 */
export const isBodiless = (status: number): boolean => status === 204 || status === 205 || status === 304;

/** A value that can stand in a header line. Envoy takes 16,384 characters of one that it sets, after percent signs are doubled. */
export const headerValue = textWhere(
  "a header value of at most 8,192 printable characters without blanks at its ends",
  (value) => value.length <= 8_192 && /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value),
);
