/**
 * The examples of codes that only a Pulumi program meets: `<code>/fails.program.ts` and `<code>/passes.program.ts` export `program`, which
 * runs against Pulumi's mocks. It throws what it is told, or answers it as data.
 */
import { readFileSync } from "node:fs";
import { formatText } from "meshwright";
import type { Diagnostic } from "../../components/diagnostics/diagnostic.ts";
import { catalogue } from "../../components/preflight/catalogue.ts";
import { deploy } from "../unit/platform/mock-engine.ts";
import type { Outcome } from "./load-example.ts";

interface ProgramModule {
  readonly program: () => readonly Diagnostic[] | object;
}

const urlOf = (code: string, outcome: Outcome): URL => new URL(`${code}/${outcome}.program.ts`, import.meta.url);

export const programSource = (code: string, outcome: Outcome): string => readFileSync(urlOf(code, outcome), "utf8");

/** What it is told; empty where nothing is wrong. */
export async function runProgram(code: string, outcome: Outcome): Promise<string> {
  const { program } = (await import(urlOf(code, outcome).href)) as ProgramModule;
  try {
    const { result } = await deploy(program);
    return Array.isArray(result) ? formatText(catalogue, result) : "";
  } catch (error) {
    return (error as Error).message.replace("nothing was deployed\n\n", "");
  }
}
