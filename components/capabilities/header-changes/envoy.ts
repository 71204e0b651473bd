/** Header changes on Envoy: `request_headers_to_add` and its siblings of Route v3. */
import { add } from "../../engines/envoy/resources.ts";
import type { EnvoyFragment } from "../../engines/envoy/slots.ts";
import type { JsonObject } from "../../values/json.ts";
import type { HeaderChange, HeaderChangesIr } from "./ir.ts";

export function renderHeaders({ request, response }: HeaderChangesIr): readonly EnvoyFragment[] {
  return [
    ...request.remove.map((name) => add("route.requestHeadersToRemove", name, name)),
    ...request.set.map((change) =>
      add("route.requestHeadersToAdd", change.name, option(change, "OVERWRITE_IF_EXISTS_OR_ADD")),
    ),
    ...request.add.map((change) =>
      add("route.requestHeadersToAdd", change.name, option(change, "APPEND_IF_EXISTS_OR_ADD")),
    ),
    ...response.remove.map((name) => add("route.responseHeadersToRemove", name, name)),
    ...response.set.map((change) =>
      add("route.responseHeadersToAdd", change.name, option(change, "OVERWRITE_IF_EXISTS_OR_ADD")),
    ),
    ...response.add.map((change) =>
      add("route.responseHeadersToAdd", change.name, option(change, "APPEND_IF_EXISTS_OR_ADD")),
    ),
  ];
}

/** A percent sign begins one of Envoy's substitutions: doubled, it is a percent sign. */
const option = ({ name, value }: HeaderChange, append: string): JsonObject => ({
  header: { key: name, value: value.replaceAll("%", "%%") },
  append_action: append,
});
