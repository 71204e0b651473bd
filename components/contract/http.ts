/** Readers of the parts of HTTP messages that several slices take: paths, header names and values. */
import { textWhere } from "./read.ts";

/** RFC 9110 tokens: the characters of header names and methods; a leading colon would name a pseudo-header. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;

export const token = textWhere("a name of letters, digits and !#$%&'*+-.^_`|~", (value) => TOKEN.test(value));

/** What a path may be after normalization: nothing that a proxy would have rewritten before it looks at the route. */
export const path = textWhere(
  'a path that begins with "/" and has no "?", "#", "//", "." or ".." segment, "\\", blank or control character',
  (value) =>
    /^\/[\x21-\x7e]*$/.test(value) && !/[?#\\]|\/\/|%(?:2f|5c)/i.test(value) && !/\/\.{1,2}(?:\/|$)/.test(value),
);

/**
 * Statuses whose answers have no body (RFC 9110 15.3.5, 15.3.6, 15.4.5). Envoy 1.40 sends the body of its own answers with these,
 * too, and over HTTP/1.1 the client takes it for the begin of the next answer (seen by test/live/proof).
 */
export const isBodiless = (status: number): boolean => status === 204 || status === 205 || status === 304;

/** A value that can stand in a header line. */
export const headerValue = textWhere("a header value of printable characters without blanks at its ends", (value) =>
  /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value),
);
