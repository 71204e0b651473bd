/**
 * The IR as a picture, in DOT: services in their namespaces, who calls whom over which protocol, where requests enter and leave, and
 * what is not as safe as the default. Pure; whoever draws it brings Graphviz.
 */
import { isDeclared } from "../ir/edges.ts";
import type { EdgeIr, ExternalIr, GatewayIr, MeshIr, RouteIr, ServiceIr } from "../ir/mesh-ir.ts";
import type { PortIr, Protocol } from "../ir/port.ts";
import { type Attributes, cluster, defaults, digraph, edge, type Html, html, node } from "./dot.ts";

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
    label: html("FONT", { COLOR: QUIET }, `namespace ${namespace}`),
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
  const chips = versions.map(({ name: version }) => {
    const share = shares.get(version);
    return chip(share === undefined ? version : `${version}  ${formatShare(share)} %`);
  });
  return box({ border: permissive ? WARNING : QUIET, paper: permissive ? WARNING_PAPER : PAPER, dashed: permissive }, [
    name(service.key),
    ...(ports.length === 0 ? [] : [line(ports.map(formatPort).join("   "))]),
    ...(chips.length === 0 ? [] : [row(html("TD", {}, table(3, row(...chips))))]),
    ...(permissive ? [line(`accepts plaintext until ${mtls.until}`, WARNING)] : []),
  ]);
}

function gatewayLabel({ key, listeners, hosts }: GatewayIr): Html {
  return box({ border: INK, paper: INK, dashed: false }, [
    name(key, PAPER),
    ...listeners.map(({ tls, port }) => line(`${tls === undefined ? "http" : "https"} ${port}`, LINE)),
    ...hosts.map(({ name: host }) => line(host, PAPER)),
  ]);
}

function externalLabel({ key, host, ports, tls }: ExternalIr): Html {
  const plain = tls.mode === "plaintext";
  return box({ border: plain ? WARNING : QUIET, paper: plain ? WARNING_PAPER : OUTSIDE, dashed: true }, [
    name(key),
    line(host),
    line(`${ports.map(formatPort).join("   ")}   ${plain ? "plaintext" : "TLS verified"}`, plain ? WARNING : QUIET),
  ]);
}

const clientsLabel = (): Html =>
  box({ border: QUIET, paper: OUTSIDE, dashed: true }, [row(cell("clients", { color: QUIET, size: 11 }))]);

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

/** How a piece of text looks. */
interface Type {
  readonly color: string;
  readonly size?: number;
  readonly bold?: boolean;
}

const row = (...cells: readonly Html[]): Html => html("TR", {}, ...cells);
const name = (text: string, color = INK): Html => row(cell(text, { color, size: 12, bold: true }));
const line = (text: string, color = QUIET): Html => row(cell(text, { color }));
const chip = (text: string): Html => cell(text, { color: CHIP_INK }, { BGCOLOR: CHIP, STYLE: "ROUNDED" });
const table = (spacing: number, ...rows: readonly Html[]): Html =>
  html("TABLE", { BORDER: 0, CELLBORDER: 0, CELLSPACING: spacing, CELLPADDING: 3 }, ...rows);

/**
 * Graphviz reckons with Helvetica and begins a text where that would have to begin. Where a wider font takes its place, the text must
 * still end inside of its cell: the width is that of DejaVu Sans, and once more what it is wider.
 */
function cell(text: string, { color, size = 9, bold = false }: Type, attributes: Record<string, string> = {}): Html {
  const written = bold ? html("B", {}, text) : text;
  const WIDTH = Math.ceil(text.length * size * (bold ? 0.78 : 0.66));
  return html("TD", { WIDTH, ...attributes }, html("FONT", { "POINT-SIZE": size, COLOR: color }, written));
}

// --- edges ---------------------------------------------------------------------------------------------------------

const entry = ({ id }: GatewayIr): string => edge(CLIENTS, id, { color: QUIET });

function callEdge(from: string, call: EdgeIr, ports: readonly PortIr[]): string {
  const protocol = ports.find(({ name }) => name === call.port)?.protocol ?? "tcp";
  const several = ports.length > 1 && call.port !== protocol;
  const color = PROTOCOLS[protocol];
  const via = derivedBy(call);
  const label = [protocol, ...(several ? [call.port] : []), ...(via === undefined ? [] : [`via ${via}`])].join(" ");
  const style = via === undefined ? "solid" : "dotted";
  return edge(from, call.to, { label: onPaper(label, color), color, style });
}

/** Lines pass below a label, not through it. */
const onPaper = (text: string, color: string): Html =>
  html(
    "TABLE",
    { BORDER: 0, CELLBORDER: 0, CELLSPACING: 0, CELLPADDING: 1, BGCOLOR: NAMESPACE },
    row(cell(text, { color })),
  );

/** The service whose routes make this call on the caller's behalf; undefined where the caller declares it. */
const derivedBy = (edge: EdgeIr): string | undefined => (isDeclared(edge) ? undefined : String(edge.route?.[1]));

// --- heading -------------------------------------------------------------------------------------------------------

/** What the picture shows, and only those signs that it uses. */
function heading(mesh: MeshIr, ports: ReadonlyMap<string, readonly PortIr[]>): Html {
  const calls = [...mesh.gateways, ...mesh.services].flatMap(({ calls: own }) => own);
  const spoken = new Set(calls.map(({ to, port }) => ports.get(to)?.find(({ name }) => name === port)?.protocol));
  const protocols = (Object.keys(PROTOCOLS) as Protocol[]).filter((protocol) => spoken.has(protocol));
  const signs: readonly Html[] = [
    ...protocols.map((protocol) => cell(`⟶ ${protocol}`, { color: PROTOCOLS[protocol] })),
    ...(calls.some((call) => derivedBy(call) !== undefined) ? [cell("⋯⟶ follows from a route", { color: QUIET })] : []),
    ...(mesh.services.some(({ mtls }) => mtls.mode === "permissive")
      ? [cell("dashed amber: takes plaintext, too", { color: WARNING })]
      : []),
    cell("calls between proxies: mutual TLS", { color: QUIET }),
  ];
  const left = { ALIGN: "LEFT" };
  const environment = mesh.environment === "default" ? [] : [`environment ${mesh.environment}`];
  return table(
    0,
    row(cell(mesh.name, { color: INK, size: 16, bold: true }, left)),
    ...environment.map((text) => row(cell(text, { color: QUIET }, left))),
    row(html("TD", left, html("TABLE", { BORDER: 0, CELLSPACING: 6, CELLPADDING: 0 }, row(...signs)))),
  );
}
