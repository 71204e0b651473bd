/** What each engine can do: the table on the page of every capability, and one over all of them. Read from the support tables. */
import { capabilities, type EngineId, releases } from "meshwright";
import type { Capability } from "../../components/contract/capability.ts";
import { isRendered, type RenderedEngine } from "../../components/engines/releases.ts";
import type { Cell, SupportTable } from "../../components/engines/support.ts";
import { listOfCodes } from "./diagnostics.ts";
import { code, link, prose, table } from "./markdown.ts";

const engines = Object.keys(releases) as readonly EngineId[];

/** What a reader may conclude from a column. */
const RENDERED: { readonly [E in RenderedEngine]: string } = {
  istio: "accepted by Istio's own validation, behaviour not run",
  envoy: "run in tests",
};
const basis = (engine: EngineId): string =>
  isRendered(engine) ? RENDERED[engine] : "read from documents, not rendered yet";

const headings = engines.map((engine) => `${engine} (${basis(engine)})`);

/** One field or variant that a user can write, with what each engine makes of it. */
interface Line {
  readonly written: string;
  readonly cells: Readonly<Record<EngineId, Cell>>;
}

const linesOf = ({ support }: Capability): readonly Line[] =>
  Object.entries(support).flatMap(([place, rows]) =>
    Object.entries(rows)
      .filter(([row]) => isOwnField(place, row, rows))
      .map(([row, cells]) => ({ written: written(place, row), cells })),
  );

/** A table that is named after one of its own rows is asked only for that row. */
const isOwnField = (place: string, row: string, rows: SupportTable): boolean => !(place in rows) || row === place;

function written(place: string, row: string): string {
  const kind = /^kind=(.*)$/.exec(row)?.[1];
  if (kind !== undefined) return `${place}: kind "${kind}"`;
  return row === place ? row : `${place}.${row}`;
}

/** The generated part of a capability's page. */
export function supportTable(capability: Capability): string {
  const sources = new Map<string, number>();
  const rows = linesOf(capability).map(({ written, cells }) => [
    code(written),
    ...engines.map((engine) => `${levelOf(cells[engine])} (${footnote(cells[engine], sources)})`),
  ]);
  const codes = Object.values(capability.codes);
  return [
    table(["Written", ...headings], rows),
    [...sources].map(([source, number]) => `${number}. ${source}`).join("\n"),
    ...(codes.length === 0 ? [] : [`Diagnostics: ${listOfCodes(codes, "../../../docs/diagnostics")}`]),
  ].join("\n\n");
}

function levelOf(cell: Cell): string {
  switch (cell.level) {
    case "full":
      return "yes";
    case "partial":
      return `partly: ${prose(cell.loses)}`;
    case "none":
      return `no: ${prose(cell.why)}`;
    case "since":
      return `from ${cell.release}; before, ${cell.before.level === "none" ? `no: ${prose(cell.before.why)}` : `partly: ${prose(cell.before.loses)}`}`;
  }
}

function footnote({ source, read }: Cell, sources: Map<string, number>): number {
  const text = `${prose(source)}, read ${read}`;
  const number = sources.get(text) ?? sources.size + 1;
  sources.set(text, number);
  return number;
}

/** The page over all capabilities: what holds, and every exception. */
export const capabilityMatrix = (): string =>
  [
    "# Capabilities and engines",
    "Every capability and what each engine makes of it. A mesh is checked against all of its `targets`: what a target cannot do is a " +
      "compile error and [MW3000](diagnostics/MW3000.md), what it does in part is recorded as [MW3001](diagnostics/MW3001.md). " +
      "Reasons, sources and dates stand on the page of each capability.",
    "Envoy is rendered and run: its column is proven by tests with a real Envoy. Istio is rendered, and Istio's own validation accepts what is " +
      "rendered; that its proxies then behave as Envoy does is not tested yet. The columns of Linkerd and Consul say what the documents " +
      "and the sources of those engines say; nothing is rendered for them yet.",
    table(
      ["Capability", ...headings],
      [...capabilities]
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .map((capability) => [
          link(capability.id, `../components/capabilities/${capability.id}/README.md`),
          ...engines.map((engine) => summary(linesOf(capability), engine)),
        ]),
    ),
  ]
    .join("\n\n")
    .concat("\n");

function summary(lines: readonly Line[], engine: EngineId): string {
  const groups = Map.groupBy(lines, ({ cells }) => shortLevel(cells[engine]));
  const [only] = groups.keys();
  if (groups.size === 1 && only !== undefined) return only;
  const exceptions = [...groups].filter(([level]) => level !== "yes");
  const listed = exceptions.map(
    ([level, items]) => `${level}: ${items.map(({ written }) => code(written)).join(", ")}`,
  );
  return groups.has("yes") ? `yes, but ${listed.join("; ")}` : listed.join("; ");
}

const shortLevel = (cell: Cell): string =>
  ({ full: "yes", partial: "partly", none: "no", since: cell.level === "since" ? `from ${cell.release}` : "" })[
    cell.level
  ];
