/**
 * Findings as SARIF 2.1.0, which code hosts show beside the line they concern.
 */
import type { JsonObject } from "../values/json.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Finding } from "./finding.ts";
import { type Described, describe } from "./format.ts";

export function formatSarif(catalogue: Catalogue, findings: readonly Finding[], version: string): string {
  const described = findings.map((finding) => describe(catalogue, finding));
  const rules = [...new Map(described.map(({ code, name }) => [code, { id: code, name }])).values()];
  const driver = { name: "meshwright", version, rules };
  const results = described.map((found) =>
    result(
      found,
      rules.findIndex(({ id }) => id === found.code),
    ),
  );
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver }, columnKind: "utf16CodeUnits", results }],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

const result = (found: Described, ruleIndex: number): JsonObject => ({
  ruleId: found.code,
  ruleIndex,
  level: found.severity,
  message: { text: `${found.what}. ${found.why}. Fix: ${found.fix}.` },
  locations: [
    {
      ...(found.file === undefined ? {} : { physicalLocation: physicalLocation(found, found.file) }),
      logicalLocations: [{ fullyQualifiedName: found.at, kind: "member" }],
    },
  ],
  properties: {
    ...(found.engine === undefined ? {} : { engine: found.engine }),
    ...(found.environments === undefined ? {} : { environments: found.environments }),
  },
});

const physicalLocation = ({ line, column }: Described, file: string): JsonObject => ({
  artifactLocation: { uri: file.split(/[\\/]/).map(encodeURIComponent).join("/") },
  ...(line === undefined
    ? {}
    : { region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) } }),
});
