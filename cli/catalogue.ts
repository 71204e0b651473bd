/** Every diagnostic that a command can print: those of the compiler and those of the command line. */
import { type Catalogue, createCatalogue } from "../components/diagnostics/catalogue.ts";
import * as importCodes from "../components/import/gateway-api/codes.ts";
import { catalogue as compilerCatalogue } from "../components/passes/catalogue.ts";
import * as simulateCodes from "../components/simulate/codes.ts";
import * as cliCodes from "./codes.ts";

export const catalogue: Catalogue = createCatalogue([
  Object.fromEntries(compilerCatalogue),
  importCodes,
  simulateCodes,
  cliCodes,
]);
