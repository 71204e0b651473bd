/** The generated parts of docs/semantics.md: the defaults and the order of routes, read from compiled and rendered examples. */
import { compile, type Mesh, type MeshIr, type RouteIr } from "meshwright";
import { formatDuration, type Milliseconds } from "../../components/values/duration.ts";
import type { Json } from "../../components/values/json.ts";
import { formatPercent } from "../../components/values/percent.ts";
import defaultsExample from "../examples/defaults.ts";
import orderExample from "../examples/order.ts";
import { code, table } from "./markdown.ts";
import { dig, renderedFiles } from "./rendered.ts";

/** Where it would be written, what holds when it is not, how Envoy is told, and a word of explanation. */
interface Default {
  readonly written: string;
  readonly value: string;
  readonly envoy?: readonly [field: string, value: Json];
  readonly note?: string;
}

export function defaultsTable(): string {
  const ir = irOf(defaultsExample);
  const rows = [...ofNames(ir), ...ofServices(ir), ...ofRoutes(ir), ...ofProxies(ir)];
  return table(
    ["Written as", "Default", "Rendered for Envoy as", "Note"],
    rows.map(({ written, value, envoy, note = "" }) => [
      code(written),
      code(value),
      envoy === undefined ? "" : code(`${envoy[0]}: ${JSON.stringify(envoy[1])}`),
      note,
    ]),
  );
}

/** The order in which the routes of docs/examples/order.ts are tried. */
export function orderOfExample(): string {
  const routes = irOf(orderExample).services[0]?.routes[0]?.routes ?? [];
  return routes.map(({ name }, index) => `${index + 1}. ${code(name)}`).join("\n");
}

function irOf(mesh: Mesh): MeshIr {
  const { ir, diagnostics } = compile(mesh.at("default"));
  if (ir === undefined || diagnostics.length > 0) throw new Error("an example of the documentation has diagnostics");
  return ir;
}

function find<T>(items: readonly T[] | undefined, test: (item: T) => boolean): T {
  const found = items?.find(test);
  if (found === undefined) throw new Error("an example of the documentation lacks what its page shows");
  return found;
}

const serviceOf = (ir: MeshIr, key: string) => find(ir.services, (service) => service.key === key);
const routeOf = (ir: MeshIr, service: string, route: string): RouteIr =>
  find(serviceOf(ir, service).routes[0]?.routes, ({ name }) => name === route);

/** The routes of a callee as its caller's proxy has them. */
const renderedRoute = (ir: MeshIr, callee: string, route: string): Json =>
  dig(renderedFiles(ir).get("shop/web rds/outbound.json"), "resources", 0, "virtual_hosts", callee, "routes", route);

function ofNames(ir: MeshIr): readonly Default[] {
  const reviews = serviceOf(ir, "reviews");
  const listeners = dig(renderedFiles(ir).get("shop/reviews/v1 lds.json"), "resources");
  const context = dig(listeners, "inbound-http", "filter_chains", 0, "transport_socket", "typed_config");
  const validation = dig(context, "common_tls_context", "combined_validation_context", "default_validation_context");
  const prefix = dig(validation, "match_typed_subject_alt_names", 0, "matcher", "prefix");
  const [port] = reviews.ports;
  return [
    { written: "namespace", value: reviews.namespace, note: "the mesh's name" },
    { written: "trustDomain", value: ir.trustDomain, envoy: ["prefix", prefix], note: 'the mesh\'s name and ".mesh"' },
    { written: "services.*.name", value: reviews.name, note: "the key" },
    { written: "services.*.serviceAccount", value: reviews.serviceAccount, note: "the name" },
    { written: "services.*.ports.*.target", value: String(port?.target), note: "the port itself" },
    {
      written: "services.*.selectors.*",
      value: JSON.stringify(reviews.versions[0]?.selector),
      note: "the name and the version",
    },
    { written: "services.*.calls", value: listed(reviews.calls.map(({ to }) => to)) },
  ];
}

function ofServices(ir: MeshIr): readonly Default[] {
  const reviews = serviceOf(ir, "reviews");
  const listener = dig(renderedFiles(ir).get("shop/reviews/v1 lds.json"), "resources", "inbound-http");
  const chain = dig(listener, "filter_chains", 0);
  const required = dig(chain, "transport_socket", "typed_config", "require_client_certificate");
  const manager = dig(chain, "filters", 0, "typed_config", "http_filters", "meshwright.rbac.allow", "typed_config");
  const principals = dig(manager, "rules", "policies", "declared.calls", "principals");
  const [access] = reviews.access.ports;
  const [pay] = ir.externals;
  return [
    { written: "mtls", value: reviews.mtls.mode, envoy: ["require_client_certificate", required] },
    {
      written: "services.*.access",
      value: listed(access?.allow.flatMap(({ from }) => from ?? []) ?? []),
      envoy: ["principals", principals],
      note: "who declares the call; everybody else is refused",
    },
    { written: "namespaces.*.enforcement", value: reviews.access.enforcement, note: "who has no access is refused" },
    {
      written: "externals.*.tls",
      value: pay?.tls.mode === "verified" ? `verified, roots: ${String(pay.tls.roots)}` : "plaintext",
      note: "what is not declared in `externals` cannot be reached",
    },
  ];
}

function ofRoutes(ir: MeshIr): readonly Default[] {
  const [plain, grpc, repeated] = [
    routeOf(ir, "reviews", "otherwise"),
    routeOf(ir, "cart", "otherwise"),
    routeOf(ir, "reviews", "repeated"),
  ];
  const rendered = dig(renderedRoute(ir, "shop/reviews/http", plain.name), "route");
  const renderedGrpc = dig(renderedRoute(ir, "shop/cart/grpc", grpc.name), "route");
  const renderedRepeated = dig(renderedRoute(ir, "shop/reviews/http", repeated.name), "route", "retry_policy");
  const policy = dig(rendered, "retry_policy");
  const methods = dig(renderedRepeated, "retriable_request_headers", 0, "string_match", "safe_regex", "regex");
  return [
    { written: "routes.*", value: plain.name, note: "the route that is there where none matches every request" },
    { written: "routes.*.*.priority", value: String(plain.matching.priority) },
    {
      written: "routes.*.*.to",
      value: listed(plain.split?.destinations.map(({ service, version }) => version ?? service) ?? []),
      envoy: ["cluster", dig(rendered, "cluster")],
      note: "the service itself, all versions alike; a route of a gateway must say it",
    },
    {
      written: "routes.*.*.timeout",
      value: durationOf(plain.timeouts.request),
      envoy: ["timeout", dig(rendered, "timeout")],
      note: "for the whole answer, retries included",
    },
    {
      written: "routes.*.*.timeout",
      value: durationOf(grpc.timeouts.request),
      envoy: ["timeout", dig(renderedGrpc, "timeout")],
      note: "on grpc ports of services, whose callers send deadlines",
    },
    { written: "routes.*.*.perTryTimeout", value: durationOf(plain.timeouts.perTry ?? null) },
    {
      written: "routes.*.*.retries.attempts",
      value: String(plain.retries.attempts),
      envoy: ["num_retries", dig(policy, "num_retries")],
      note: "beyond the first try",
    },
    {
      written: "routes.*.*.retries.on",
      value: listed(plain.retries.on),
      envoy: ["retry_on", dig(policy, "retry_on")],
      note: "the service has not begun to work on the request",
    },
    {
      written: "routes.*.*.retries.on",
      value: listed(grpc.retries.on),
      envoy: ["retry_on", dig(renderedGrpc, "retry_policy", "retry_on")],
      note: "on grpc ports of services",
    },
    {
      written: "routes.*.*.retries.methods",
      value: plain.retries.methods === undefined ? "every method" : listed(plain.retries.methods),
      note: "with those conditions, and on grpc ports",
    },
    {
      written: "routes.*.*.retries.methods",
      value: listed(repeated.retries.methods ?? []),
      envoy: ["regex", methods],
      note: "with any other condition, or `statuses`",
    },
    {
      written: "routes.*.*.retries.backOff.base",
      value: durationOf(plain.retries.backOff.base),
      envoy: ["base_interval", dig(policy, "retry_back_off", "base_interval")],
    },
    {
      written: "routes.*.*.retries.backOff.max",
      value: durationOf(plain.retries.backOff.max),
      envoy: ["max_interval", dig(policy, "retry_back_off", "max_interval")],
      note: "ten times `base`",
    },
    ...ofActions(ir),
  ];
}

function ofActions(ir: MeshIr): readonly Default[] {
  const [slow, broken] = [routeOf(ir, "reviews", "slow"), routeOf(ir, "reviews", "broken")];
  const { fault: delayed } = slow;
  const { fault: aborted } = broken;
  if (delayed?.delay === undefined || aborted?.abort === undefined) throw new Error("the example has no faults");
  const fault = (route: string) =>
    dig(renderedRoute(ir, "shop/reviews/http", route), "typed_per_filter_config", "envoy.filters.http.fault");
  const redirect = dig(renderedRoute(ir, "shop/reviews/http", "moved"), "redirect", "response_code");
  return [
    {
      written: "routes.*.*.fault.abort.percent",
      value: formatPercent(aborted.abort.share),
      envoy: ["percentage", dig(fault("broken"), "abort", "percentage")],
    },
    {
      written: "routes.*.*.fault.delay.percent",
      value: formatPercent(delayed.delay.share),
      envoy: ["percentage", dig(fault("slow"), "delay", "percentage")],
    },
    {
      written: "routes.*.*.redirect.status",
      value: String(routeOf(ir, "reviews", "moved").redirect?.status),
      envoy: ["response_code", redirect],
    },
  ];
}

function ofProxies(ir: MeshIr): readonly Default[] {
  const { accessLogs, metrics } = serviceOf(ir, "reviews");
  const clusters = dig(renderedFiles(ir).get("shop/web cds.json"), "resources");
  const connect = dig(clusters, "shop/reviews/http", "connect_timeout");
  return [
    {
      written: "accessLogs.requests",
      value: accessLogs.requests,
      note: "statuses from 500 on, refused and failed ones",
    },
    { written: "metrics.requests", value: String(metrics.requests) },
    { written: "metrics.connections", value: String(metrics.connections) },
    { written: "(cannot be written)", value: String(connect), envoy: ["connect_timeout", connect], note: "to connect" },
    {
      written: "(cannot be written)",
      value: "no limit",
      envoy: ["max_retries", dig(clusters, "shop/reviews/http", "circuit_breakers", "thresholds", 0, "max_retries")],
      note: "connections, requests and retries at a time",
    },
  ];
}

const listed = (items: readonly string[]): string => (items.length === 0 ? "none" : items.join(", "));

const durationOf = (length: Milliseconds | null): string => (length === null ? "none" : formatDuration(length));
