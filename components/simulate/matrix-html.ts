/** The matrix as a page of its own: callers in rows, ports in columns; what a cell means stands in it and in the list below. */
import { extentOf, extentText, type MatrixRow } from "./matrix.ts";

const STYLE = `
body { font: 14px/1.5 system-ui, sans-serif; color: #0f172a; margin: 2rem; }
table { border-collapse: collapse; }
th, td { border: 1px solid #cbd5e1; padding: .3rem .6rem; text-align: left; vertical-align: bottom; }
thead th { writing-mode: vertical-rl; transform: rotate(180deg); }
thead th:first-child { writing-mode: initial; transform: none; }
td.cell { text-align: center; }
.all { background: #dbeafe; } .some { background: #fef3c7; } .nothing { background: #fee2e2; }
.none { color: #94a3b8; }
`;
const SIGNS = { all: "●", some: "◐", nothing: "○" } as const;

export function matrixHtml(title: string, rows: readonly MatrixRow[]): string {
  const callers = distinct(rows.map(({ from }) => from));
  const places = distinct(rows.map(placeOf));
  const cells = new Map(rows.map((row) => [`${row.from}\n${placeOf(row)}`, row]));
  const head = places.map((place) => `<th scope="col">${escaped(place)}</th>`).join("");
  const body = callers.map((from) => {
    const row = places.map((place) => cellOf(cells.get(`${from}\n${place}`))).join("");
    return `<tr><th scope="row">${escaped(from)}</th>${row}</tr>`;
  });
  const list = rows.map(
    (row) => `<tr><td>${[row.from, placeOf(row), extentText(row)].map(escaped).join("</td><td>")}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${STYLE}</style></head><body>
<h1>${escaped(title)}</h1>
<p>● everything, ◐ some of it, ○ nothing although the call is declared, empty: no such call; * only audited: nothing is refused.</p>
<table><thead><tr><th>caller</th>${head}</tr></thead><tbody>
${body.join("\n")}
</tbody></table>
<h2>In words</h2>
<table><tr><td>caller</td><td>callee</td><td>may</td></tr>
${list.join("\n")}
</table>
</body></html>
`;
}

const placeOf = ({ to, port }: MatrixRow): string => `${to}:${port}`;

function cellOf(row: MatrixRow | undefined): string {
  if (row === undefined) return '<td class="cell none"></td>';
  const extent = extentOf(row);
  const sign = `${SIGNS[extent]}${row.audited === true ? "*" : ""}`;
  return `<td class="cell ${extent}" title="${escaped(extentText(row))}">${sign}</td>`;
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => ENTITIES[one] as string);
