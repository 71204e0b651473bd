/** From what was written to the IR: names in lower case, in one order. */
import { headerValue, token } from "../../contract/http.ts";
import { list, object, type Read, type ReadFields, record } from "../../contract/read.ts";
import { byText, sortedBy } from "../../values/order.ts";
import type { DirectionIr, HeaderChange, HeaderChangesIr } from "./ir.ts";
import { headerChangesSupport } from "./support.ts";

const changes = object({ set: record(headerValue, "any"), add: record(headerValue, "any"), remove: list(token) });

/** The field of a route that this slice owns. */
export const fields = { headers: object({ request: changes, response: changes }, { support: headerChangesSupport }) };

export const normalizeHeaders = ({ headers }: ReadFields<typeof fields>): HeaderChangesIr | undefined =>
  headers === undefined ? undefined : { request: direction(headers.request), response: direction(headers.response) };

const direction = ({ set, add, remove }: Read<typeof changes> = {}): DirectionIr => ({
  set: byName(set),
  add: byName(add),
  remove: remove === undefined ? NONE : remove.map((name) => name.toLowerCase()).sort(byText),
});

const byName = (written: ReadonlyMap<string, string> | undefined): readonly HeaderChange[] =>
  written === undefined
    ? NONE
    : sortedBy(
        Array.from(written, ([name, value]) => ({ name: name.toLowerCase(), value })),
        ({ name }) => name,
      );

/** Most directions are not changed: they share this. */
const NONE: readonly never[] = Object.freeze([]);
