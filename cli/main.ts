#!/usr/bin/env node
/**
 * `mesh`: reads arguments, hands over to a command, turns its answer into an exit code. Each command is loaded only when it runs.
 * Must hold nothing that a command does.
 */
import "./require-node.ts";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { renderedEngines } from "../components/engines/releases.ts";
import { cacheDirectory } from "../components/local/cache-directory.ts";
import { makeFolder } from "../components/local/make-folder.ts";
import { type CalendarDate, isCalendarDate } from "../components/values/calendar-date.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import { packageManifest } from "./package-manifest.ts";
import { type RequestFlags, readBackend, readHeader, readRequest } from "./read-request.ts";

const EXIT_CODES = `
Exit codes:
  0   ok
  1   the mesh has errors
  2   wrong usage, or input that cannot be read
  3   something on this machine is missing (Envoy, Python, a newer Node.js)
  70  a bug of Meshwright
`;

// A reader that has seen enough (`mesh check FILE | head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});
process.on("uncaughtException", (error) => void reportBug(error).then((code) => process.exit(code)));

async function main(): Promise<ExitCode> {
  keepCompiled();
  let exitCode: ExitCode = exitCodes.ok;
  const program = createProgram((code) => (exitCode = code));
  try {
    await program.parseAsync();
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    return reportBug(error);
  }
}

/** A quarter of a command's time was compiling the same JavaScript again. Not in Node's own place, which is everybody's folder. */
function keepCompiled(): void {
  const folder = join(cacheDirectory(process.env), "compiled");
  try {
    // Node would ask for ever where nobody can make a folder.
    makeFolder(folder);
    enableCompileCache(folder);
  } catch {
    // Then it is compiled each time.
  }
}

async function reportBug(error: unknown): Promise<ExitCode> {
  const { printBug } = await import("./bug.ts");
  printBug(error);
  return exitCodes.bug;
}

function createProgram(end: End): Command {
  const program = new Command("mesh")
    .description("Describe a service mesh as a typed program; check it, render it, draw it, run it.")
    .version(packageManifest.version, "-V, --version", "show the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command")
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(withoutControls(text)) })
    .showHelpAfterError("`mesh --help` and `mesh COMMAND --help` show what there is.")
    .addHelpText(
      "after",
      `
A mesh file exports a mesh as default: \`export default defineMesh({ ... })\` (.ts, .js, .mjs), or holds it as data (.json, .yaml).

Examples:
  mesh check shop.ts                                 is it right, in all environments?
  mesh simulate shop.ts --from web --to reviews      what will this request do, and why?
  mesh matrix shop.ts                                who may call whom, and how far
  mesh render shop.ts --engine envoy --out build     the files that Envoy reads
  mesh render shop.ts --engine istio --out build     the objects that Istio reads
  mesh graph shop.ts                                 who calls whom, as a picture
  mesh run shop.ts                                   the mesh on this machine, with real proxies
  mesh preflight shop.ts --env prod                  will the cluster take it?
${EXIT_CODES}`,
    );

  for (const add of [addCheck, addSimulate, addMatrix, addRender, addGraph, addExport, addRun, addLock, addPreflight])
    add(program, end);
  return program;
}

type End = (code: ExitCode) => void;

function addCheck(program: Command, end: End): void {
  program
    .command("check")
    .description("Check a mesh in all of its environments, against every engine it must run on.")
    .argument("<file>", "the mesh: .ts, .js, .mjs, .json or .yaml")
    .addOption(environment("check this environment only"))
    .option("--as-of <date>", "judge dates as on this day (default: today)", calendarDate)
    .addOption(
      new Option("--format <format>", "how to print").choices(["text", "json", "sarif", "markdown"]).default("text"),
    )
    .option("--json", "the same as --format json: one document on standard output, nothing else")
    .option("--stack <file>", "check it with the settings of this stack: Pulumi.<stack>.yaml")
    .option("--deployed <release>", "the release that the stack deployed last: is the step allowed?")
    .addHelpText(
      "after",
      `
Of a .ts file the types are checked, too, where the \`typescript\` package is installed.

Examples:
  mesh check shop.ts
  mesh check shop.ts --env prod --as-of 2027-01-31     will dates run out by then?
  mesh check shop.ts --stack stacks/Pulumi.prod.yaml    may this stack be deployed?
  mesh check shop.ts --format sarif > mesh.sarif       for a code host
  mesh check shop.ts --format markdown                 for the comment of a review
${EXIT_CODES}`,
    )
    .action(async (file: string, options: CheckFlags, command: Command) => {
      if (options.deployed !== undefined && options.stack === undefined)
        command.error("error: --deployed asks what a stack may do next: name the stack with --stack");
      const { check } = await import("./check.ts");
      const { env, asOf = today(), format, json, stack, deployed } = options;
      end(await check(file, { environment: env, asOf, format: json === true ? "json" : format, stack, deployed }));
    });
}

function addSimulate(program: Command, end: End): void {
  program
    .command("simulate")
    .description("Say what a request will do, and why. Nothing runs; the answer is what the engines do.")
    .argument("<file>", "the mesh")
    .requiredOption("--from <asker>", "a service; or outside (at a gateway), stranger, plaintext (straight at a port)")
    .requiredOption(
      "--to <place>",
      "a service or external service, with :port where it has several; a gateway's host; a URL",
    )
    .option("--path <path>", "with its query (default: /)")
    .option("--method <method>", "the method", "GET")
    .option("--header <line>", "a header, like 'x-beta: 1'; may be repeated", headerLine, [])
    .option("--cookie <pair>", "a cookie, like session=1; may be repeated", collect, [])
    .option("--host <authority>", "the authority, where it is not the callee's own name")
    .option("--gateway <name>", "the gateway that somebody outside asks (default: the one that serves host and port)")
    .option(
      "--random <draw>",
      "the draw for weights and percentages, from 0 up to 1 (default: shares stay shares)",
      draw,
    )
    .option(
      "--failing <backend>",
      "a backend that fails or is slow, like reviews=503 or reviews@v2=503,reset,200+3s; may be repeated",
      failingBackend,
      [],
    )
    .addOption(environment("in this environment only"))
    .option("--explain", "all routes and rules that were looked at, and what the service receives", false)
    .option("--json", "one JSON document on standard output, nothing else", false)
    .addHelpText(
      "after",
      `
Examples:
  mesh simulate shop.ts --from web --to reviews --path /x --header 'x-beta: 1'
  mesh simulate shop.ts --from outside --to https://shop.example.com/cart --method POST --explain
  mesh simulate shop.ts --from plaintext --to cart           does anybody get in without TLS?
  mesh simulate shop.ts --from web --to reviews --failing reviews=503,200
  mesh simulate shop.ts --from web --to reviews --failing reviews=200+3s   who waits three seconds?
${EXIT_CODES}`,
    )
    .action(async (file: string, flags: SimulateFlags) => {
      const { simulate } = await import("./simulate.ts");
      const { env, explain, json } = flags;
      end(await simulate(file, { environment: env, request: readRequest(flags), everything: explain, json }));
    });
}

function addMatrix(program: Command, end: End): void {
  program
    .command("matrix")
    .description("Who may call whom, on which methods and paths.")
    .argument("<file>", "the mesh")
    .option("--out <page>", "a page to look at, ends in .html (default: a table on standard output)", page)
    .addOption(environment("of this environment only; a page shows the first one, where none is named"))
    .option("--json", "one JSON document on standard output, nothing else", false)
    .addHelpText(
      "after",
      `
Examples:
  mesh matrix shop.ts --env prod
  mesh matrix shop.ts --env prod --out who-may-what.html
${EXIT_CODES}`,
    )
    .action(async (file: string, { env, out, json }: GraphFlags) => {
      const { matrix } = await import("./matrix.ts");
      end(await matrix(file, { environment: env, out, json }));
    });
}

const collect = (value: string, all: readonly string[]): readonly string[] => [...all, value];

function headerLine(text: string, all: RequestFlags["header"]): RequestFlags["header"] {
  const line = readHeader(text);
  if (line === undefined) throw new InvalidArgumentError("Write a name, a colon and a value, like 'x-beta: 1'.");
  return [...all, line];
}

function failingBackend(text: string, all: RequestFlags["failing"]): RequestFlags["failing"] {
  const backend = readBackend(text);
  if (backend === undefined)
    throw new InvalidArgumentError("Write a service and its answers, each a status from 200 to 599, 200+3s or reset.");
  return [...all, backend];
}

function draw(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value < 1))
    throw new InvalidArgumentError("Write a number from 0 up to, not including, 1.");
  return value;
}

function addRender(program: Command, end: End): void {
  program
    .command("render")
    .description("Write what an engine reads, per environment: the files of every proxy, or objects of Kubernetes.")
    .argument("<file>", "the mesh")
    .requiredOption("--engine <engine>", `the engine to render for: ${renderedEngines.join(" or ")}`)
    .requiredOption("--out <folder>", "where to: FOLDER/<environment>/<engine>/...")
    .addOption(environment("render this environment only"))
    .option("--owner <name>", "just what the stack with this `owner` deploys: objects of Istio, of one team")
    .option("--force", "replace what an earlier render wrote below FOLDER/<environment>/<engine>", false)
    .option("--json", "one JSON document on standard output, nothing else", false)
    .addHelpText(
      "after",
      `
A mesh with errors writes nothing. The same mesh gives the same bytes. Certificates are never written.

Examples:
  mesh render shop.ts --engine envoy --out build
  mesh render shop.ts --engine istio --out build --env prod --force
  mesh render shop.ts --engine istio --out billing --owner billing
${EXIT_CODES}`,
    )
    .action(async (file: string, options: RenderFlags, command: Command) => {
      const { env, engine, out, owner, force, json } = options;
      if (owner !== undefined && engine === "envoy")
        command.error(
          "error: --owner is for --engine istio: a proxy of Envoy carries the policies of all its callees' owners",
        );
      const { render } = await import("./render.ts");
      end(await render(file, { environment: env, engine, out, owner, force, json }));
    });
}

function addGraph(program: Command, end: End): void {
  program
    .command("graph")
    .description("Draw who calls whom, gateways, external services and mutual TLS.")
    .argument("<file>", "the mesh")
    .option("--out <picture>", "a .svg, or a .dot for Graphviz (default: the file's name, in this folder)", picture)
    .addOption(environment("draw this environment only; without it one picture each: shop.dev.svg, shop.prod.svg"))
    .option("--json", "one JSON document on standard output, nothing else", false)
    .addHelpText(
      "after",
      `
Examples:
  mesh graph shop.ts                              writes shop.svg
  mesh graph shop.ts --env prod --out prod.svg
${EXIT_CODES}`,
    )
    .action(async (file: string, { env, out, json }: GraphFlags) => {
      const { graph } = await import("./graph.ts");
      end(await graph(file, { environment: env, out, json }));
    });
}

function addExport(program: Command, end: End): void {
  program
    .command("export")
    .description(
      "Print the mesh of one environment as plain JSON: for Pulumi programs in other languages, and other tools.",
    )
    .argument("<file>", "the mesh")
    .addOption(environment("this environment; needed where the mesh has several"))
    .addHelpText(
      "after",
      `
What is printed is a mesh, too: every command reads it.

Examples:
  mesh export shop.ts > shop.json                     a mesh without environments
  mesh export shop.ts --env prod > shop.prod.json
${EXIT_CODES}`,
    )
    .action(async (file: string, { env }: { readonly env?: string }) => {
      const { exportMesh } = await import("./export.ts");
      end(await exportMesh(file, env));
    });
}

function addRun(program: Command, end: End): void {
  program
    .command("run")
    .description("Run a mesh on this machine: real Envoy proxies, stand-in workloads, mutual TLS.")
    .argument("<file>", "the mesh; saving it changes the running one")
    .option("--once", "send the requests that the file exports as `probes`, compare, stop", false)
    .option("--envoy <path>", "the Envoy to use (default: on PATH, else installed once into a cache)")
    .addOption(environment("run this environment (default: the first one)"))
    .option("--json", "one JSON document on standard output, nothing else", false)
    .addHelpText(
      "after",
      `
Everything stays on loopback; Ctrl-C stops all of it and leaves nothing behind.

Examples:
  mesh run shop.ts                       until Ctrl-C
  mesh run shop.ts --once                exits 0 only if every answer is the expected one
  mesh run shop.ts --env prod --envoy /opt/envoy/bin/envoy
${EXIT_CODES}`,
    )
    .action(async (file: string, { env, once, envoy, json }: RunFlags) => {
      const { run } = await import("./run.ts");
      end(await run(file, { environment: env, once, envoy, json }));
    });
}

function addLock(program: Command, end: End): void {
  program
    .command("lock")
    .description(
      "Ask for the charts and images of every release that the stacks pin, and record their digests in mesh.lock.json.",
    )
    .argument("[stack...]", "stack files (default: all of the project in this folder)")
    .option("--json", "one JSON document on standard output, nothing else", false)
    .addHelpText(
      "after",
      `
Commit mesh.lock.json: a deployment installs charts and images with these digests and no others.

Examples:
  mesh lock                                  after a stack pins another release
  mesh lock stacks/Pulumi.dev.yaml
${EXIT_CODES}`,
    )
    .action(async (files: readonly string[], { json }: LockFlags) => {
      const { lock } = await import("./lock.ts");
      end(await lock({ files, folder: ".", json }));
    });
}

function addPreflight(program: Command, end: End): void {
  program
    .command("preflight")
    .description("Ask a cluster whether it will take a mesh: rights, CRDs, what others have there. Changes nothing.")
    .argument("<file>", "the mesh")
    .option("--stack <file>", "the stack: Pulumi.<stack>.yaml (default: the one of this project, by --env)")
    .addOption(environment("the stack of this project that has this environment"))
    .option("--kubeconfig <path>", "the kubeconfig (default: KUBECONFIG, else ~/.kube/config)")
    .option("--context <name>", "its context (default: the stack's, else the current one)")
    .option("--save <path>", "keep what was seen of the cluster in a file")
    .option("--snapshot <path>", "ask no cluster but a file that --save wrote")
    .option("--json", "one JSON document on standard output, nothing else", false)
    .addHelpText(
      "after",
      `
\`pulumi up\` asks the same before the first object, and stops at an error.

Examples:
  mesh preflight shop.ts --env prod
  mesh preflight shop.ts --stack stacks/Pulumi.prod.yaml --save prod.json
  mesh preflight shop.ts --stack stacks/Pulumi.prod.yaml --snapshot prod.json
${EXIT_CODES}`,
    )
    .action(async (file: string, { env, ...flags }: PreflightFlags) => {
      const { preflight } = await import("./preflight.ts");
      end(await preflight(file, { ...flags, environment: env }));
    });
}

interface PreflightFlags {
  readonly env?: string;
  readonly stack?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly save?: string;
  readonly snapshot?: string;
  readonly json: boolean;
}

interface LockFlags {
  readonly json: boolean;
}

interface CheckFlags {
  readonly env?: string;
  readonly asOf?: CalendarDate;
  readonly format: "text" | "json" | "sarif" | "markdown";
  readonly json?: boolean;
  readonly stack?: string;
  readonly deployed?: string;
}

interface SimulateFlags extends RequestFlags {
  readonly env?: string;
  readonly explain: boolean;
  readonly json: boolean;
}

interface RenderFlags {
  readonly env?: string;
  readonly engine: string;
  readonly out: string;
  readonly owner?: string;
  readonly force: boolean;
  readonly json: boolean;
}

interface GraphFlags {
  readonly env?: string;
  readonly out?: string;
  readonly json: boolean;
}

interface RunFlags {
  readonly env?: string;
  readonly once: boolean;
  readonly envoy?: string;
  readonly json: boolean;
}

const environment = (description: string): Option => new Option("--env <name>", description);

const today = (): CalendarDate => new Date().toISOString().slice(0, 10) as CalendarDate;

function calendarDate(text: string): CalendarDate {
  if (!isCalendarDate(text)) throw new InvalidArgumentError("Write a calendar date, like 2027-01-31.");
  return text;
}

function picture(path: string): string {
  if (!/\.(svg|dot)$/.test(path)) throw new InvalidArgumentError("Write a file that ends in .svg or .dot.");
  return path;
}

function page(path: string): string {
  if (!path.endsWith(".html")) throw new InvalidArgumentError("Write a file that ends in .html.");
  return path;
}

/** Commander quotes what was typed; it must not reach the terminal as a command. */
const withoutControls = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, "\ufffd");

// Last, when everything above is there.
process.exitCode = await main();
