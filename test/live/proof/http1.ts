/**
 * HTTP/1.1 as bytes: messages are read off a stream as they are, and nothing is refused, repaired or put in order. Node's own client
 * and server would not let through what the proof has to send and see.
 */
export interface Http1Message {
  /** The request line or the status line. */
  readonly start: string;
  /** As they came: names in their case, repeated ones apart. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** What is known of a message before its body: does it have one? */
export type HasBody = (start: string) => boolean;

const END = Buffer.from("\r\n\r\n");

export class Http1Reader {
  readonly #hasBody: HasBody;
  readonly #onMessage: (message: Http1Message) => void;
  #rest: Buffer = Buffer.alloc(0);

  constructor(hasBody: HasBody, onMessage: (message: Http1Message) => void) {
    this.#hasBody = hasBody;
    this.#onMessage = onMessage;
  }

  push(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length > 0) {
      const read = readMessage(this.#rest, this.#hasBody);
      if (read === undefined) return;
      this.#rest = this.#rest.subarray(read.length);
      // An interim answer: the real one follows.
      if (!read.message.start.startsWith("HTTP/1.1 1")) this.#onMessage(read.message);
    }
  }
}

interface Read {
  readonly message: Http1Message;
  /** @unit bytes */
  readonly length: number;
}

function readMessage(bytes: Buffer, hasBody: HasBody): Read | undefined {
  const end = bytes.indexOf(END);
  if (end === -1) return undefined;
  const [start = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const headers = lines.map(headerOf);
  const body = hasBody(start) ? readBody(bytes, end + 4, headers) : { text: "", end: end + 4 };
  return body && { message: { start, headers, body: body.text }, length: body.end };
}

function headerOf(line: string): readonly [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "")];
}

interface Body {
  readonly text: string;
  readonly end: number;
}

function readBody(bytes: Buffer, from: number, headers: Http1Message["headers"]): Body | undefined {
  const value = (name: string) => headers.find(([own]) => own.toLowerCase() === name)?.[1];
  if (value("transfer-encoding") === "chunked") return readChunks(bytes, from);
  const end = from + Number(value("content-length") ?? 0);
  return bytes.length < end ? undefined : { text: bytes.toString("utf8", from, end), end };
}

function readChunks(bytes: Buffer, from: number): Body | undefined {
  const parts: Buffer[] = [];
  for (let at = from; ; ) {
    const line = bytes.indexOf("\r\n", at);
    if (line === -1) return undefined;
    const size = Number.parseInt(bytes.toString("latin1", at, line), 16);
    const end = line + 2 + size + 2;
    if (bytes.length < end) return undefined;
    // No trailers are sent here: the last chunk is followed by the empty line that `end` counts.
    if (size === 0) return { text: Buffer.concat(parts).toString(), end };
    parts.push(bytes.subarray(line + 2, line + 2 + size));
    at = end;
  }
}
