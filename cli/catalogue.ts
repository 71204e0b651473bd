/** Every diagnostic that a command can print: those of the compiler, of stacks, of the simulator and of the command line. */

import { catalogue as deploymentCatalogue } from "../components/deployment/catalogue.ts";
import { type Catalogue, createCatalogue } from "../components/diagnostics/catalogue.ts";
import * as importCodes from "../components/import/gateway-api/codes.ts";
import * as simulateCodes from "../components/simulate/codes.ts";
import * as cliCodes from "./codes.ts";

export const catalogue: Catalogue = createCatalogue([
  Object.fromEntries(deploymentCatalogue),
  importCodes,
  simulateCodes,
  cliCodes,
]);
