/** One page per diagnostic code, and the list of all. The examples are those that test/diagnostics runs. */
import { capabilities, describe, formatText } from "meshwright";
import { catalogue } from "../../cli/catalogue.ts";
import type { Capability } from "../../components/contract/capability.ts";
import { byText } from "../../components/values/order.ts";
import {
  type Example,
  exampleCodes,
  loadCluster,
  loadExample,
  loadObjects,
} from "../../test/diagnostics/load-example.ts";
import { programSource, runProgram } from "../../test/diagnostics/run-program.ts";
import { readSession, runSession } from "../../test/diagnostics/run-session.ts";
import { code, fenced, link, prose, table } from "./markdown.ts";

/** What the first digit of a code says: the stage that finds it. */
export const STAGES: Readonly<Record<string, string>> = {
  1: "Values and shape of the model",
  2: "References and conflicts",
  3: "What an engine can do",
  4: "Limits",
  5: "The command line and the stack",
  6: "Policies",
};

/** A code with the prose and the examples of its page. */
interface Documented {
  readonly id: string;
  readonly severity: string;
  readonly what: string;
  readonly why: string;
  readonly fix: string;
  /** What shows it, and what it is told. */
  readonly fails: readonly string[];
  readonly passes: readonly string[];
  readonly owner: Capability | undefined;
}

/** Paths relative to docs/, with their contents. */
export async function diagnosticPages(): Promise<ReadonlyMap<string, string>> {
  const meshes = await Promise.all(exampleCodes("mesh").map(documentMesh));
  const programs = await Promise.all(exampleCodes("program").map(documentProgram));
  const documented = [
    ...meshes,
    ...exampleCodes("objects").map(documentObjects),
    ...exampleCodes("cluster").map(documentCluster),
    ...exampleCodes("session").map(documentSession),
    ...programs,
  ].sort((a, b) => byText(a.id, b.id));
  return new Map([
    ["diagnostics/README.md", overview(documented)],
    ...documented.map((item) => [`diagnostics/${item.id}.md`, page(item)] as const),
  ]);
}

const nameOf = (id: string): string => catalogue.get(id)?.name ?? "";

function page({ id, severity, what, why, fix, fails, passes, owner }: Documented): string {
  const stage = `${severity} · ${STAGES[id.charAt(2)]?.toLowerCase()}`;
  const capability = owner && link(owner.id, `../../components/capabilities/${owner.id}/README.md`);
  return [
    `# ${id} ${nameOf(id)}`,
    capability === undefined ? stage : `${stage} · ${capability}`,
    `- **What**: ${prose(what)}\n- **Why it matters**: ${prose(why)}\n- **What to do**: ${prose(fix)}`,
    "## An example that has it",
    ...fails,
    "## The example, corrected",
    ...passes,
  ]
    .join("\n\n")
    .concat("\n");
}

// --- meshes --------------------------------------------------------------------------------------------------------

async function documentMesh(id: string): Promise<Documented> {
  const [fails, passes] = [await loadExample(id, "fails"), await loadExample(id, "passes")];
  const shown = documentExample(id, fails, meshOf(fails), meshOf(passes));
  return isRefusedByTypes(fails)
    ? { ...shown, fails: [...shown.fails, "The TypeScript compiler refuses it, too."] }
    : shown;
}

function documentObjects(id: string): Documented {
  const [fails, passes] = [loadObjects(id, "fails"), loadObjects(id, "passes")];
  return documentExample(id, fails, [fenced("yaml", fails.source)], [fenced("yaml", passes.source)]);
}

function documentCluster(id: string): Documented {
  const [fails, passes] = [loadCluster(id, "fails"), loadCluster(id, "passes")];
  return documentExample(id, fails, [fenced("yaml", fails.source)], [fenced("yaml", passes.source)]);
}

function documentExample(
  id: string,
  fails: Example,
  failing: readonly string[],
  passing: readonly string[],
): Documented {
  const [found] = fails.diagnostics;
  if (found === undefined) throw new Error(`the failing example of ${id} has no diagnostic`);
  const { severity, what, why, fix } = describe(catalogue, found);
  const told = fenced("text", formatText(catalogue, fails.diagnostics));
  return {
    id,
    severity,
    what,
    why,
    fix,
    fails: [...failing, told],
    passes: passing,
    owner: capabilities.find(({ codes }) => Object.values(codes).some((one) => one.id === id)),
  };
}

const MARK = /^ *\/\/ @ts-expect-error.*\n/gm;

const isRefusedByTypes = ({ source }: Example): boolean => source.search(MARK) >= 0;

/** The file as a user would write it: without what only the test asks for. */
const meshOf = ({ source, asOf, engine }: Example): readonly string[] => [
  fenced("ts", source.replace(MARK, "").replace(/^export const .*\n/gm, "")),
  ...(asOf === undefined ? [] : [`Checked with ${code(`--as-of ${asOf}`)}.`]),
  ...(engine === undefined ? [] : [`Rendered with ${code(`--engine ${engine}`)}.`]),
];

// --- sessions ------------------------------------------------------------------------------------------------------

function documentSession(id: string): Documented {
  const { output } = runSession(id, "fails");
  return {
    id,
    ...toldIn(output),
    fails: [...filesOf(id, "fails"), transcript(id, "fails", output)],
    passes: [...filesOf(id, "passes"), transcript(id, "passes", "")],
    owner: undefined,
  };
}

/** The prose of the first diagnostic in an output. */
function toldIn(output: string) {
  const told = (label: string) => new RegExp(`^ {2}${label} +(.*)$`, "m").exec(output)?.[1] ?? "";
  return { severity: /^\w+/.exec(output)?.[0] ?? "", what: told("what"), why: told("why"), fix: told("fix") };
}

const filesOf = (id: string, outcome: "fails" | "passes"): readonly string[] =>
  readSession(id, outcome).files.flatMap(({ name, text }) => [`${code(name)}:`, fenced(languageOf(name), text)]);

const languageOf = (name: string): string => /\.(ts|json|yaml)$/.exec(name)?.[1] ?? "text";

const transcript = (id: string, outcome: "fails" | "passes", output: string): string =>
  fenced(
    "text",
    `${readSession(id, outcome)
      .commands.map((command) => `$ ${command}`)
      .join("\n")}\n${output}`,
  );

// --- programs ------------------------------------------------------------------------------------------------------

async function documentProgram(id: string): Promise<Documented> {
  const output = await runProgram(id, "fails");
  const shown = (outcome: "fails" | "passes") =>
    fenced("ts", programSource(id, outcome).replace(/^export const/gm, "const"));
  return {
    id,
    ...toldIn(output),
    fails: [shown("fails"), fenced("text", output)],
    passes: [shown("passes")],
    owner: undefined,
  };
}

// --- the list ------------------------------------------------------------------------------------------------------

function overview(all: readonly Documented[]): string {
  const sections = Object.entries(STAGES).flatMap(([digit, title]) => {
    const here = all.filter(({ id }) => id.charAt(2) === digit);
    return here.length === 0 ? [] : [`## ${digit}: ${title}`, listOf(here)];
  });
  return [
    "# Diagnostics",
    "Everything that Meshwright can say about a mesh. The first digit of a code is the stage that finds it. An **error** stops a " +
      "deployment, a **warning** is shown in every report, a **note** records a loss. Each page has the smallest example with the " +
      "diagnostic and the same one, corrected; both are run as tests. A number is never used again.",
    ...sections,
    "MW9001 is a bug of Meshwright itself: please report it.",
  ]
    .join("\n\n")
    .concat("\n");
}

const listOf = (items: readonly Documented[]): string =>
  table(
    ["Code", "Name", "Severity", "For example"],
    items.map(({ id, severity, what }) => [link(id, `${id}.md`), nameOf(id), severity, prose(what)]),
  );

/** Also the list at the end of a capability's page, from there. */
export const listOfCodes = (codes: readonly { readonly id: string; readonly name: string }[], folder: string): string =>
  codes.map(({ id, name }) => `${link(id, `${folder}/${id}.md`)} ${name}`).join(" · ");
