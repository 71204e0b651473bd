/** Every diagnostic that there is: those of the compiler, of stacks, of requests, of probes, of tests and of the command line. */

import { type Catalogue, createCatalogue } from "../components/diagnostics/catalogue.ts";
import * as importCodes from "../components/import/gateway-api/codes.ts";
import * as localCodes from "../components/local/codes.ts";
import { catalogue as deploymentCatalogue } from "../components/preflight/catalogue.ts";
import * as simulateCodes from "../components/simulate/codes.ts";
import * as testingCodes from "../components/testing/codes.ts";
import * as cliCodes from "./codes.ts";

export const catalogue: Catalogue = createCatalogue([
  Object.fromEntries(deploymentCatalogue),
  importCodes,
  simulateCodes,
  localCodes,
  testingCodes,
  cliCodes,
]);
