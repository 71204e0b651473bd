/** Every diagnostic that deploying a mesh can give: those of compiling it, of its stack, and of its cluster. */
import * as deploymentCodes from "../deployment/codes.ts";
import { type Catalogue, createCatalogue } from "../diagnostics/catalogue.ts";
import { catalogue as compilerCatalogue } from "../passes/catalogue.ts";
import * as preflightCodes from "./codes.ts";

export const catalogue: Catalogue = createCatalogue([
  Object.fromEntries(compilerCatalogue),
  deploymentCodes,
  preflightCodes,
]);
