/** What a stack registers, as a text to review: a changed name or parent is a replacement in somebody's cluster. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { existing, install, MeshPlatform, type MeshPlatformArgs } from "../../../components/platform/index.ts";
import { releaseCatalogue } from "../../../stacks/releases/catalogue.ts";
import { boutique, charts } from "./boutique.ts";
import { deploy, type Registered } from "./mock-engine.ts";

/** The fixed release of these tests. */
export const release = (() => {
  const found = releaseCatalogue["2026.11"];
  if (found === undefined) throw new Error("release 2026.11 is gone");
  return found;
})();

export const platforms: Readonly<Record<string, () => MeshPlatformArgs>> = {
  "install-prod": () => ({ mesh: boutique("prod"), controlPlane: install({ release, charts, tag: "prod" }) }),
  "existing-dev": () => ({
    mesh: boutique("dev"),
    controlPlane: existing({ revision: "stable", version: "1.31.4", rootNamespace: "istio-system" }),
    namespaces: "label",
  }),
};

export const goldenPath = (name: string): string => fileURLToPath(new URL(`${name}.resources.txt`, import.meta.url));

export async function resourcesOf(name: string): Promise<string> {
  const args = platforms[name]?.();
  if (args === undefined) throw new Error(`there is no platform ${name}`);
  const { resources } = await deploy((provider) => new MeshPlatform("boutique", args, { provider }));
  return formatResources(resources);
}

/** Sorted: the order in which Pulumi hears of them is no promise. */
export const formatResources = (resources: readonly Registered[]): string =>
  resources
    .map(
      ({ type, name, parent, protect }) =>
        `${type} ${name}\n  in ${parent ?? "the stack"}${protect ? ", protected" : ""}\n`,
    )
    .sort()
    .join("");

/** `node …/resources.ts` writes them all; `npm run golden:update` calls it. */
if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const name of Object.keys(platforms)) writeFileSync(goldenPath(name), await resourcesOf(name));
