/** The schema that Pulumi makes of the plugin, from which it makes SDKs for other languages; `npm run golden:update` writes it. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer.js";
import { generateSchema } from "@pulumi/pulumi/provider/experimental/schema.js";

export const pluginFolder = fileURLToPath(new URL("../../../components/plugin", import.meta.url));

export const schemaPath = fileURLToPath(new URL("schema.json", import.meta.url));

/** The components that the plugin exports; the host looks for them in the same way. */
export const COMPONENTS = ["Mesh"] as const;

export function pluginSchema(folder = pluginFolder): string {
  const manifest = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const { name, version, description } = manifest;
  const { components, typeDefinitions, dependencies } = new Analyzer(
    folder,
    name,
    manifest,
    new Set(COMPONENTS),
  ).analyze();
  const schema = generateSchema(name, version, description, components, typeDefinitions, dependencies);
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(schemaPath, pluginSchema());
