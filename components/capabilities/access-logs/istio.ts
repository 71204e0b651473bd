/** Access logs on Istio: `Telemetry.accessLogging` with the provider that every control plane has. Its format is the control plane's. */
import { set } from "../../engines/istio/resources.ts";
import type { IstioFragment } from "../../engines/istio/slots.ts";
import type { JsonObject } from "../../values/json.ts";
import type { AccessLogsIr } from "./ir.ts";

/** RBAC answers 403 and sets no flag; every other failure of a proxy sets one. */
const ERRORS: JsonObject = {
  filter: { expression: "response.code >= 500 || response.code == 403 || response.flags != 0" },
};
const PROVIDER: JsonObject = { providers: [{ name: "envoy" }] };

/** The same for every proxy. */
const LOGS: { readonly [R in AccessLogsIr["requests"]]: readonly IstioFragment[] } = {
  all: [set("telemetry.accessLogging", PROVIDER)],
  errors: [set("telemetry.accessLogging", { ...PROVIDER, ...ERRORS })],
  none: [set("telemetry.accessLogging", { ...PROVIDER, disabled: true })],
};

export const renderAccessLogs = ({ requests }: AccessLogsIr): readonly IstioFragment[] => LOGS[requests];
