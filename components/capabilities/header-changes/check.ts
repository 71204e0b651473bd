/** What is wrong with header changes on every engine. */
import type { RoutePlace } from "../../contract/capability.ts";
import { wrongName } from "../../contract/codes.ts";
import { headerTwice, protectedHeader } from "./codes.ts";
import type { DirectionIr, HeaderChangesIr } from "./ir.ts";

const PROTECTED =
  /^(?::.*|host|connection|content-length|transfer-encoding|te|upgrade|x-forwarded-client-cert|x-envoy-.*)$/;
const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]{1,128}$/;

export function checkHeaders({ request, response }: HeaderChangesIr, place: RoutePlace): void {
  checkDirection(request, "request", place);
  checkDirection(response, "response", place);
}

function checkDirection({ set, add, remove }: DirectionIr, direction: string, { report, path }: RoutePlace): void {
  if (set.length + add.length + remove.length === 0) return;
  const seen = new Set<string>();
  for (const name of [...set.map((item) => item.name), ...add.map((item) => item.name), ...remove]) {
    const at = { path: [...path, "headers", direction], got: name };
    if (PROTECTED.test(name)) report.add(protectedHeader, { name }, at);
    else if (!TOKEN.test(name)) report.add(wrongName, { rule: "letters, digits and !#$%&'*+-.^_`|~" }, at);
    if (seen.has(name)) report.add(headerTwice, { name }, at);
    seen.add(name);
  }
}
