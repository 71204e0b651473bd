/** `mesh export`: a mesh in one environment as plain JSON, for whoever reads no TypeScript: the plugin in other languages, other tools. */
import { compileFile } from "./compile-file.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import { printFindings, summary } from "./report.ts";

export async function exportMesh(file: string, environment: string | undefined): Promise<ExitCode> {
  const { environments, findings, exitCode } = await compileFile(file, { environment, onlyOne: true });
  printFindings(findings, process.stderr);
  if (exitCode === exitCodes.ok)
    for (const { spec } of environments) process.stdout.write(`${JSON.stringify(spec, undefined, 2)}\n`);
  else
    process.stderr.write(
      `${summary(findings, file, environment === undefined ? [] : [environment])}; nothing was exported\n`,
    );
  return exitCode;
}
