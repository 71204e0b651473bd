/**
 * Owns how DOT is written: statements and HTML-like labels, every text quoted. Nothing else in graph/ puts DOT together.
 */

export type Attributes = Readonly<Record<string, string | number | Html>>;

/** A label that is markup already; only `html` and `escaped` make one. */
export interface Html {
  readonly markup: string;
}

/** `html("B", {}, "name")`: texts are escaped, parts that are markup already are not. */
export function html(tag: string, attributes: Readonly<Record<string, string | number>>, ...children: Child[]): Html {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(String(value)).markup}"`);
  const inner = children.map((child) => (typeof child === "string" ? escaped(child) : child).markup).join("");
  return { markup: `<${tag}${written.join("")}>${inner}</${tag}>` };
}

export type Child = string | Html;

const escaped = (text: string): Html => ({
  markup: withoutControls(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;"),
});

const quoted = (text: string): string => `"${withoutControls(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

/** They are no part of XML, in whatever form. */
const withoutControls = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "\ufffd");

const attributeList = (attributes: Attributes): string =>
  Object.entries(attributes)
    .map(([name, value]) => `${name}=${typeof value === "object" ? `<${value.markup}>` : quoted(String(value))}`)
    .join(" ");

export const node = (id: string, attributes: Attributes): string => `${quoted(id)} [${attributeList(attributes)}];`;

export const edge = (from: string, to: string, attributes: Attributes): string =>
  `${quoted(from)} -> ${quoted(to)} [${attributeList(attributes)}];`;

export const defaults = (of: "graph" | "node" | "edge", attributes: Attributes): string =>
  `${of} [${attributeList(attributes)}];`;

const indented = (statements: readonly string[]): string =>
  statements
    .flatMap((statement) => statement.split("\n"))
    .map((line) => `  ${line}\n`)
    .join("");

/** Graphviz draws a frame around a subgraph whose name begins so. */
export const cluster = (id: string, statements: readonly string[]): string =>
  `subgraph ${quoted(`cluster ${id}`)} {\n${indented(statements)}}`;

export const digraph = (id: string, statements: readonly string[]): string =>
  `digraph ${quoted(id)} {\n${indented(statements)}}\n`;
