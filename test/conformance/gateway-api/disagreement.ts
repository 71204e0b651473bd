/**
 * Does what was seen satisfy an expectation? The rules are those that the suite states in its documentation of ExpectedResponse: what it
 * does not say is not compared.
 */
import type { Expectation, GrpcExpected, HttpExpected } from "./expectation.ts";
import type { Arrived, Observed } from "./observed.ts";
import type { Sent } from "./sent.ts";

/** Every way in which the two differ; none where they agree. */
export const disagreements = (one: Expectation, sent: Sent, seen: Observed): readonly string[] =>
  one.via === "grpc"
    ? overGrpc(one.expected, seen)
    : overHttp(one.expected, sent, seen, one.via === "mesh").filter((what) => SLIPS.get(one.at) !== what);

/**
 * What a literal of the suite says otherwise than its manifests. Its mesh client never looks at the path that arrives, so nobody noticed:
 * no filter of that rule changes the path.
 */
export const SLIPS: ReadonlyMap<string, string> = new Map([
  ["tests/mesh/httproute-named-rule.go:51:7", "path /unnamed instead of /named"],
]);

/** What the simulator and a real proxy say differently of the same request, expected or not. */
export const differences = (one: Observed, other: Observed): readonly string[] => [
  ...differs("Envoy's status", String(other.status), String(one.status)),
  ...differs("Envoy's location", String(other.location), String(one.location)),
  ...(["namespace", "service", "method", "host", "path"] as const).flatMap((key) =>
    differs(`Envoy's ${key}`, String(other.arrived?.[key]), String(one.arrived?.[key])),
  ),
];

function overGrpc(expected: GrpcExpected, { code, arrived }: Observed): readonly string[] {
  const wanted = expected.Response?.Code?.replace("codes.", "") ?? "OK";
  if (wanted !== code) return [`code ${code} instead of ${wanted}`];
  return wanted === "OK" ? atBackend(expected, arrived) : [];
}

function overHttp(expected: HttpExpected, sent: Sent, seen: Observed, isMesh: boolean): readonly string[] {
  const { StatusCode, StatusCodes = [], Headers = {}, AbsentHeaders = [] } = expected.Response ?? {};
  const statuses = [...(StatusCode === undefined ? [] : [StatusCode]), ...StatusCodes];
  const wanted = statuses.length === 0 ? [200] : statuses;
  if (!wanted.includes(seen.status)) return [`status ${seen.status} instead of ${wanted.join(" or ")}`];
  return [
    ...headersOf("answer", seen.headers, Headers, AbsentHeaders),
    ...(expected.RedirectRequest === undefined ? [] : redirected(expected.RedirectRequest, sent, seen)),
    ...(seen.status === 200 ? [...atBackend(expected, seen.arrived), ...request(expected, seen.arrived, isMesh)] : []),
  ];
}

function atBackend(
  { Backend = "", Namespace }: Pick<HttpExpected, "Backend" | "Namespace">,
  arrived: Arrived | undefined,
): readonly string[] {
  if (arrived === undefined) return ["no backend was asked"];
  return [
    ...(Backend === "" || arrived.service === Backend ? [] : [`backend ${arrived.service} instead of ${Backend}`]),
    ...differs("namespace", arrived.namespace, Namespace),
  ];
}

const differs = (what: string, got: string | undefined, wanted: string | undefined): readonly string[] =>
  wanted === undefined || got === wanted ? [] : [`${what} ${got} instead of ${wanted}`];

/** The request that arrives is the one that was sent, unless something else is expected; of calls within a mesh less is said. */
function request(expected: HttpExpected, arrived: Arrived | undefined, isMesh: boolean): readonly string[] {
  if (arrived === undefined) return [];
  const { Request = isMesh ? {} : (expected.Request ?? {}), AbsentHeaders = [] } = expected.ExpectedRequest ?? {};
  const isSaid = expected.ExpectedRequest?.Request !== undefined;
  return [
    ...(isMesh && !isSaid ? [] : differs("path", arrived.path, Request.Path)),
    ...(isMesh ? [] : differs("method", arrived.method, Request.Method ?? "GET")),
    ...(isSaid ? differs("host", arrived.host, Request.Host) : []),
    ...headersOf("request", arrived.headers, Request.Headers ?? {}, AbsentHeaders),
  ];
}

function headersOf(
  where: string,
  got: ReadonlyMap<string, readonly string[]>,
  wanted: Readonly<Record<string, string>>,
  absent: readonly string[],
): readonly string[] {
  const value = (name: string) => got.get(name.toLowerCase())?.join(",");
  return [
    ...Object.entries(wanted).flatMap(([name, text]) => differs(`${where} header ${name}`, value(name), text)),
    ...absent.filter((name) => got.has(name.toLowerCase())).map((name) => `${where} header ${name} is there`),
  ];
}

const DEFAULT_PORT: Readonly<Record<string, string>> = { http: "80", https: "443" };

/** Not said: the scheme and the path stay, the host may be any, the port is the default of the scheme or not written. */
function redirected(
  { Scheme, Host, Port, Path }: NonNullable<HttpExpected["RedirectRequest"]>,
  sent: Sent,
  { location = "" }: Observed,
): readonly string[] {
  const [, scheme, host, port = "", path = ""] = /^(https?):\/\/([^/:?]+)(?::(\d+))?([^?]*)/.exec(location) ?? [];
  const isDefault = port === "" || port === DEFAULT_PORT[scheme ?? ""];
  return [
    ...differs("redirect scheme", scheme, Scheme ?? sent.scheme),
    ...differs("redirect host", host, Host),
    ...(Port === undefined
      ? isDefault
        ? []
        : [`redirect port ${port}, which is not the default`]
      : differs("redirect port", port, Port)),
    ...differs("redirect path", path, Path ?? sent.wire.target.split("?")[0]),
  ];
}
