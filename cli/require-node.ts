/**
 * Ends `mesh` under a Node.js that is older than package.json allows: it could not import a mesh in TypeScript, and whoever wrote the
 * mesh would look for a mistake in it. `main.ts` imports this before anything else. Must do nothing that an old Node.js cannot.
 */
import { exitCodes } from "./exit-code.ts";
import { packageManifest } from "./package-manifest.ts";

const oldest = packageManifest.engines.node.replace(">=", "");
const { node: found } = process.versions;

if (found.localeCompare(oldest, "en", { numeric: true }) < 0) {
  process.stderr.write(
    `Install Node.js ${oldest} or newer: \`mesh\` cannot run a mesh in TypeScript with Node.js ${found}.\n`,
  );
  process.exit(exitCodes.missing);
}
