/** The little Markdown that generated pages are made of. Text of others reaches a page only through these. */

export const code = (text: string): string => {
  const fence = "`".repeat(1 + Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length)));
  const blank = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return fence + blank + text + blank + fence;
};

export const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

export const link = (text: string, to: string): string => `[${text}](${to})`;

/** Prose in which nothing is markup but `code`. */
export const prose = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/[\\*_<>[\]]/g, "\\$&")))
    .join("");

/** Columns of one width, as the formatter of the repository wants them. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const escaped = [head, ...rows].map((cells) => cells.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_, column) => Math.max(3, ...escaped.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const [first, ...others] = escaped.map((cells) =>
    line(cells.map((cell, column) => cell.padEnd(widths[column] ?? 0))),
  );
  return [first, line(widths.map((width) => "-".repeat(width))), ...others].join("\n");
}

/** Replaces what stands between `<!-- name:begin -->` and `<!-- name:end -->`; the rest of the page is written by hand. */
export function fill(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page has no ${begin} … ${end}`);
  return `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`;
}
