/**
 * `npm run docs`: writes every page, or part of a page, that comes from code. What it cannot derive is written by hand
 * around the markers; test/repo/docs-fresh.test.ts fails where a page on disk differs.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { capabilities } from "meshwright";
import { capabilityMatrix, differencesFrom, supportTable } from "./pages/capabilities.ts";
import { diagnosticPages } from "./pages/diagnostics.ts";
import { fenced, fill } from "./pages/markdown.ts";
import { defaultsTable, orderOfExample } from "./pages/semantics.ts";
import { surprisesPage } from "./pages/surprises.ts";

const ROOT = new URL("../", import.meta.url);

/** The whole text of each generated or partly generated page, by its path in the repository. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  const pages = new Map([["docs/capabilities.md", capabilityMatrix()]]);
  for (const [path, page] of await diagnosticPages()) pages.set(`docs/${path}`, page);
  for (const capability of capabilities) {
    const path = `components/capabilities/${capability.id}/README.md`;
    pages.set(path, fill(read(path), "table", supportTable(capability)));
  }
  pages.set("docs/semantics.md", semantics());
  pages.set("docs/surprises.md", surprisesPage());
  return pages;
}

function semantics(): string {
  const example = (name: string) => fenced("ts", read(`docs/examples/${name}.ts`));
  return [
    ["defaults-example", example("defaults")],
    ["defaults", defaultsTable()],
    ["order-example", example("order")],
    ["order", orderOfExample()],
    ["istio", differencesFrom("istio")],
  ].reduce((page, [name = "", text = ""]) => fill(page, name, text), read("docs/semantics.md"));
}

/** Pages in the folder that is generated as a whole which no code stands for any more. */
export const orphans = (pages: ReadonlyMap<string, string>): readonly string[] =>
  readdirSync(new URL("docs/diagnostics/", ROOT))
    .map((name) => `docs/diagnostics/${name}`)
    .filter((path) => !pages.has(path));

const read = (path: string): string => readFileSync(new URL(path, ROOT), "utf8");

async function main(): Promise<void> {
  mkdirSync(new URL("docs/diagnostics/", ROOT), { recursive: true });
  const pages = await generatedPages();
  for (const path of orphans(pages)) rmSync(new URL(path, ROOT));
  for (const [path, page] of pages) {
    mkdirSync(dirname(fileURLToPath(new URL(path, ROOT))), { recursive: true });
    writeFileSync(new URL(path, ROOT), page);
  }
  process.stdout.write(`${pages.size} pages written\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
