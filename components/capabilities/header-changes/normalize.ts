/** From what was written to the IR: names in lower case, in one order. */
import { headerValue, token } from "../../contract/http.ts";
import { list, object, type Read, type ReadFields, record } from "../../contract/read.ts";
import { NONE } from "../../values/none.ts";
import { byText, sortedBy } from "../../values/order.ts";
import type { DirectionIr, HeaderChange, HeaderChangesIr } from "./ir.ts";
import { headerChangesSupport } from "./support.ts";

const changes = object({ set: record(headerValue, "any"), add: record(headerValue, "any"), remove: list(token) });

/** The field of a route that this slice owns. */
export const fields = { headers: object({ request: changes, response: changes }, { support: headerChangesSupport }) };

export const normalizeHeaders = ({ headers }: ReadFields<typeof fields>): HeaderChangesIr | undefined =>
  headers === undefined ? undefined : { request: direction(headers.request), response: direction(headers.response) };

const direction = (written: Read<typeof changes> | undefined): DirectionIr =>
  written === undefined
    ? UNCHANGED
    : {
        set: byName(written.set),
        add: byName(written.add),
        remove: (written.remove ?? NONE).map((name) => name.toLowerCase()).sort(byText),
      };

const byName = (written: ReadonlyMap<string, string> | undefined): readonly HeaderChange[] =>
  written === undefined
    ? NONE
    : sortedBy(
        Array.from(written, ([name, value]) => ({ name: name.toLowerCase(), value })),
        ({ name }) => name,
      );

/** Most routes change one direction: for the other they share this. */
const UNCHANGED: DirectionIr = Object.freeze({ set: NONE, add: NONE, remove: NONE });
