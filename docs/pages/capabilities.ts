/** What each engine can do: the table on the page of every capability, and one over all of them. Read from the support tables. */
import { capabilities, type EngineId, releases } from "meshwright";
import type { Capability } from "../../components/contract/capability.ts";
import { isRendered, type RenderedEngine } from "../../components/engines/releases.ts";
import type { Cell, Evidence, SupportTable } from "../../components/engines/support.ts";
import { listOfCodes } from "./diagnostics.ts";
import { code, link, prose, table } from "./markdown.ts";

const engines = Object.keys(releases) as readonly EngineId[];

/** Capabilities of which tests see only that the engine takes them: what they do is for whoever reads logs and metrics. */
const NOT_RUN: { readonly [E in RenderedEngine]: readonly string[] } = {
  istio: ["access-logs", "request-metrics"],
  envoy: [],
};

/** What a reader may conclude from a column. */
function basis(engine: EngineId, capability?: string): string {
  if (!isRendered(engine)) return "read from documents, not rendered yet";
  if (capability !== undefined)
    return NOT_RUN[engine].includes(capability) ? "accepted, behaviour not run" : "run in tests";
  return ["run in tests", ...NOT_RUN[engine].map((one) => `not ${one}`)].join(", ");
}

const headings = (capability?: string): readonly string[] =>
  engines.map((engine) => `${engine} (${basis(engine, capability)})`);

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
  const differences = differencesOf(capability, sources);
  return [
    table(["Written", ...headings(capability.id)], rows),
    ...(differences.length === 0 ? [] : [`Whatever is written:\n\n${differences.join("\n")}`]),
    [...sources].map(([source, number]) => `${number}. ${source}`).join("\n"),
    ...(codes.length === 0 ? [] : [`Diagnostics: ${listOfCodes(codes, "../../../docs/diagnostics")}`]),
  ].join("\n\n");
}

const differencesOf = ({ differences = [] }: Capability, sources: Map<string, number>): readonly string[] =>
  differences.map(
    (one) => `- ${one.engine}, other than rule ${one.rule}: ${prose(one.does)} (${footnote(one, sources)})`,
  );

/** All of one engine, each with the rule that it breaks and the page of its capability. */
export const differencesFrom = (engine: EngineId): string =>
  capabilities
    .flatMap(({ id, differences = [] }) => differences.map((one) => ({ ...one, capability: id })))
    .filter((one) => one.engine === engine)
    .sort((a, b) => byRule(a.rule, b.rule))
    .map(
      ({ capability, rule, does }) =>
        `- **${rule}** ${prose(does)} (${link(capability, `../components/capabilities/${capability}/README.md`)})`,
    )
    .join("\n");

const byRule = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

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

function footnote({ source, read }: Evidence, sources: Map<string, number>): number {
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
    "Envoy and Istio are rendered and run: their columns are proven by tests, with a real Envoy, and with a real istiod that serves what was " +
      "rendered to a real Envoy. What Istio does otherwise whatever is written is listed in [semantics](semantics.md#on-istio). The columns of " +
      "Linkerd and Consul say what the documents and the sources of those engines say; nothing is rendered for them yet.",
    table(
      ["Capability", ...headings()],
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
