/**
 * Findings as Markdown, for the comment of a review. What users wrote stands in fenced blocks only: there nothing of it becomes a
 * link, a mention or markup.
 */
import type { Catalogue } from "./catalogue.ts";
import { countFindings, type Finding } from "./finding.ts";
import { describe, formatText } from "./format.ts";

export function formatMarkdown(catalogue: Catalogue, findings: readonly Finding[]): string {
  const parts = findings.map((finding) => {
    const { severity, code, name } = describe(catalogue, finding);
    return `**${severity}** ${code} ${name}\n\n${fenced(formatText(catalogue, [finding]).trimEnd())}\n`;
  });
  return [`### Mesh: ${countFindings(findings)}\n`, ...parts].join("\n");
}

/** The fence is longer than every run of backticks inside, so nothing inside can end the block. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
