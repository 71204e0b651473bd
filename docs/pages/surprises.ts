/** docs/surprises.md: each surprise as a command, its answer as the simulator gives it, and what it teaches. */
import { compile, type MeshIr } from "meshwright";
import { explain } from "../../components/simulate/explain.ts";
import { formatLines, summaryOf } from "../../components/simulate/format.ts";
import type { BackendAnswer } from "../../components/simulate/request.ts";
import { Simulator } from "../../components/simulate/simulator.ts";
import { type RequestSpec, resolveRequest } from "../../components/simulate/spec.ts";
import boutique from "../../stacks/meshes/online-boutique.ts";
import { type Surprise, surprises } from "../examples/surprises.ts";
import { fenced } from "./markdown.ts";

const HEAD = `# Ten surprises

Requests to the [Online Boutique](../stacks/meshes/online-boutique.ts) in \`prod\` whose answers people get wrong. Each answer is what
\`mesh simulate\` prints; test/live/surprises.test.ts sends the same requests through real proxies and sees the same.
`;

export function surprisesPage(): string {
  const { ir } = compile(boutique.at("prod"));
  const simulator = new Simulator(ir as MeshIr);
  const sections = surprises.map((surprise, index) => sectionOf(surprise, index + 1, ir as MeshIr, simulator));
  return [HEAD, ...sections].join("\n");
}

function sectionOf(
  { title, request: spec, because }: Surprise,
  number: number,
  ir: MeshIr,
  simulator: Simulator,
): string {
  const resolved = resolveRequest(ir, spec);
  if (resolved.kind === "refused") throw new Error(`${title}: ${JSON.stringify(resolved.diagnostics)}`);
  const answer = formatLines(summaryOf(resolved.request, explain(simulator, resolved.request)));
  return `## ${number}. ${title}\n\n${fenced("text", `$ ${commandOf(spec)}\n${answer}`)}\n\n${because}\n`;
}

function commandOf({ from, to, method, path, headers = [], backends = [] }: RequestSpec): string {
  const parts = [
    "mesh simulate stacks/meshes/online-boutique.ts --env prod",
    `--from ${from} --to '${to}'`,
    ...(path === undefined ? [] : [`--path '${path}'`]),
    ...(method === undefined ? [] : [`--method ${method}`]),
    ...headers.map(([name, value]) => `--header '${name}: ${value}'`),
    ...backends.map(
      ({ service, version, answers }) =>
        `--failing ${service}${version === undefined ? "" : `@${version}`}=${answers.map(answerText).join(",")}`,
    ),
  ];
  return parts.join(" \\\n    ");
}

const answerText = (answer: BackendAnswer): string => (answer.kind === "reset" ? "reset" : String(answer.status));
