/** Every diagnostic that deploying a mesh can give: those of compiling it, and those of its stack. */
import { type Catalogue, createCatalogue } from "../diagnostics/catalogue.ts";
import { catalogue as compilerCatalogue } from "../passes/catalogue.ts";
import * as deploymentCodes from "./codes.ts";

export const catalogue: Catalogue = createCatalogue([Object.fromEntries(compilerCatalogue), deploymentCodes]);
