/**
 * The IR as a picture, in DOT: services in their namespaces, who calls whom over which protocol, where requests enter and leave, and
 * what is not as safe as the default. Pure; whoever draws it brings Graphviz.
 */
import type { EdgeIr, ExternalIr, GatewayIr, MeshIr, RouteIr, ServiceIr } from "../ir/mesh-ir.ts";
import type { PortIr, Protocol } from "../ir/port.ts";
import { type Attributes, type Child, cluster, defaults, digraph, edge, type Html, html, node } from "./dot.ts";

// Readable on white, and apart for people who see fewer colours: protocols differ in brightness, and every edge has its label.
const INK = "#0f172a";
const QUIET = "#64748b";
const LINE = "#cbd5e1";
const PAPER = "#ffffff";
const NAMESPACE = "#f8fafc";
const OUTSIDE = "#f1f5f9";
const CHIP = "#e0e7ff";
const CHIP_INK = "#3730a3";
const WARNING = "#b45309";
const WARNING_PAPER = "#fffbeb";
const PROTOCOLS: Readonly<Record<Protocol, string>> = {
  http: "#2563eb",
  http2: "#0891b2",
  grpc: "#7c3aed",
  tcp: "#475569",
  tls: "#0f766e",
};

/** Node of whoever calls a gateway. */
const CLIENTS = "clients";

export function graphOf(mesh: MeshIr): string {
  const ports = new Map([...mesh.services, ...mesh.externals].map(({ id, ports }) => [id as string, ports]));
  const residents = [...mesh.gateways, ...mesh.services];
  const namespaces = Map.groupBy(residents, ({ namespace }) => namespace);
  return digraph(mesh.name, [
    defaults("graph", {
      rankdir: "LR",
      fontname: "Helvetica",
      fontsize: 11,
      bgcolor: PAPER,
      pad: 0.3,
      nodesep: 0.28,
      ranksep: 1.05,
      labelloc: "t",
      labeljust: "l",
      label: heading(mesh, ports),
    }),
    defaults("node", { shape: "plain", fontname: "Helvetica", fontsize: 12, fontcolor: INK }),
    defaults("edge", { fontname: "Helvetica", fontsize: 9, arrowsize: 0.65, penwidth: 1.3 }),
    ...(mesh.gateways.length === 0 ? [] : [node(CLIENTS, { label: clientsLabel() })]),
    ...[...namespaces].map(([namespace, members]) => namespaceCluster(namespace, members)),
    ...mesh.externals.map((external) => node(external.id, { label: externalLabel(external) })),
    ...mesh.gateways.map((gateway) => entry(gateway)),
    ...residents.flatMap(({ id, calls }) => calls.map((call) => callEdge(id, call, ports.get(call.to) ?? []))),
  ]);
}

// --- nodes ---------------------------------------------------------------------------------------------------------

function namespaceCluster(namespace: string, members: readonly (GatewayIr | ServiceIr)[]): string {
  const attributes: Attributes = {
    label: html("FONT", { COLOR: QUIET }, "namespace ", html("B", {}, namespace)),
    labeljust: "l",
    style: "rounded,filled",
    color: LINE,
    fillcolor: NAMESPACE,
    margin: 18,
  };
  const nodes = members.map((member) =>
    node(member.id, { label: "listeners" in member ? gatewayLabel(member) : serviceLabel(member) }),
  );
  return cluster(namespace, [defaults("graph", attributes), ...nodes]);
}

function serviceLabel(service: ServiceIr): Html {
  const { mtls, ports, versions } = service;
  const permissive = mtls.mode === "permissive";
  const shares = versions.length === 0 ? new Map<string, number>() : sharesOf(service);
  const chips = versions.map(({ name }) => {
    const share = shares.get(name);
    return chip(share === undefined ? name : `${name}  ${formatShare(share)} %`);
  });
  return box({ border: permissive ? WARNING : QUIET, paper: permissive ? WARNING_PAPER : PAPER, dashed: permissive }, [
    row(html("B", {}, service.key)),
    row(small(ports.map(formatPort).join("   "))),
    ...(chips.length === 0
      ? []
      : [row(html("TABLE", { BORDER: 0, CELLSPACING: 3, CELLPADDING: 3 }, html("TR", {}, ...chips)))]),
    ...(permissive ? [row(small(`accepts plaintext until ${mtls.until}`, WARNING))] : []),
  ]);
}

function gatewayLabel({ key, listeners, hosts }: GatewayIr): Html {
  return box({ border: INK, paper: INK, dashed: false }, [
    row(html("FONT", { COLOR: PAPER }, html("B", {}, key))),
    ...listeners.map(({ tls, port }) => row(small(`${tls === undefined ? "http" : "https"} ${port}`, LINE))),
    ...hosts.map(({ name }) => row(small(name, PAPER))),
  ]);
}

function externalLabel({ key, host, ports, tls }: ExternalIr): Html {
  const plain = tls.mode === "plaintext";
  return box({ border: plain ? WARNING : QUIET, paper: plain ? WARNING_PAPER : OUTSIDE, dashed: true }, [
    row(html("B", {}, key)),
    row(small(host)),
    row(
      small(`${ports.map(formatPort).join("   ")}   ${plain ? "plaintext" : "TLS verified"}`, plain ? WARNING : QUIET),
    ),
  ]);
}

const clientsLabel = (): Html =>
  box({ border: QUIET, paper: OUTSIDE, dashed: true }, [row(html("FONT", { COLOR: QUIET }, html("I", {}, "clients")))]);

/** The shares of the route that takes what no other does. */
function sharesOf({ id, routes }: ServiceIr): ReadonlyMap<string, number> {
  const split = routes.flatMap((table) => table.routes).findLast(takesEverything)?.split;
  const own = (split?.destinations ?? []).filter(({ service, version }) => service === id && version !== undefined);
  const all = own.reduce((sum, { weight }) => sum + weight, 0);
  return new Map(own.map(({ version, weight }) => [version as string, (100 * weight) / all]));
}

const takesEverything = ({ matching }: RouteIr): boolean =>
  matching.methods === undefined &&
  matching.authority === undefined &&
  matching.source === undefined &&
  (matching.path === undefined || (matching.path.kind === "prefix" && matching.path.path === "/")) &&
  matching.headers.length + matching.query.length + matching.cookies.length === 0;

const formatShare = (share: number): string => String(Math.round(share * 10) / 10);
const formatPort = ({ protocol, number }: PortIr): string => `${protocol} ${number}`;

// --- parts of labels -----------------------------------------------------------------------------------------------

interface Frame {
  readonly border: string;
  readonly paper: string;
  readonly dashed: boolean;
}

const box = ({ border, paper, dashed }: Frame, rows: readonly Html[]): Html =>
  html(
    "TABLE",
    {
      BORDER: dashed ? 1.5 : 1,
      CELLBORDER: 0,
      CELLSPACING: 0,
      CELLPADDING: 3,
      STYLE: dashed ? "ROUNDED,DASHED" : "ROUNDED",
      COLOR: border,
      BGCOLOR: paper,
    },
    ...rows,
  );

const row = (...children: readonly Child[]): Html => html("TR", {}, html("TD", { ALIGN: "CENTER" }, ...children));
const small = (text: string, color = QUIET): Html => html("FONT", { "POINT-SIZE": 9, COLOR: color }, text);
const chip = (text: string): Html =>
  html("TD", { BGCOLOR: CHIP, STYLE: "ROUNDED" }, html("FONT", { "POINT-SIZE": 9, COLOR: CHIP_INK }, text));

// --- edges ---------------------------------------------------------------------------------------------------------

const entry = ({ id }: GatewayIr): string => edge(CLIENTS, id, { color: QUIET });

function callEdge(from: string, call: EdgeIr, ports: readonly PortIr[]): string {
  const protocol = ports.find(({ name }) => name === call.port)?.protocol ?? "tcp";
  const several = ports.length > 1 && call.port !== protocol;
  const color = PROTOCOLS[protocol];
  const via = derivedBy(call);
  const label = [protocol, ...(several ? [call.port] : []), ...(via === undefined ? [] : [`via ${via}`])].join(" ");
  const style = via === undefined ? "solid" : "dotted";
  return edge(from, call.to, { label: html("FONT", { COLOR: color }, ` ${label} `), color, style });
}

/** The service whose routes make this call on the caller's behalf; undefined where the caller declares it. */
const derivedBy = ({ path }: EdgeIr): string | undefined => (path[0] === "routes" ? String(path[1]) : undefined);

// --- heading -------------------------------------------------------------------------------------------------------

/** What the picture shows, and only those signs that it uses. */
function heading(mesh: MeshIr, ports: ReadonlyMap<string, readonly PortIr[]>): Html {
  const calls = [...mesh.gateways, ...mesh.services].flatMap(({ calls: own }) => own);
  const spoken = new Set(calls.map(({ to, port }) => ports.get(to)?.find(({ name }) => name === port)?.protocol));
  const protocols = (Object.keys(PROTOCOLS) as Protocol[]).filter((protocol) => spoken.has(protocol));
  const signs: readonly Html[] = [
    ...protocols.map((protocol) => small(`⟶ ${protocol}`, PROTOCOLS[protocol])),
    ...(calls.some((call) => derivedBy(call) !== undefined) ? [small("⋯⟶ follows from a route")] : []),
    ...(mesh.services.some(({ mtls }) => mtls.mode === "permissive")
      ? [small("dashed amber: accepts plaintext", WARNING)]
      : []),
    small("everything else between proxies: mutual TLS"),
  ];
  const title = html("FONT", { "POINT-SIZE": 16, COLOR: INK }, html("B", {}, mesh.name));
  const environment = small(mesh.environment === "default" ? "" : `   environment ${mesh.environment}`);
  const legend = signs.flatMap((sign, index) => (index === 0 ? [sign] : ["      ", sign]));
  return html(
    "TABLE",
    { BORDER: 0, CELLSPACING: 0, CELLPADDING: 3 },
    html("TR", {}, html("TD", { ALIGN: "LEFT" }, title, environment)),
    html("TR", {}, html("TD", { ALIGN: "LEFT" }, ...legend)),
  );
}
