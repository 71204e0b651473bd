/** Every diagnostic that compiling a mesh can give. */
import { capabilities } from "../capabilities/registry.ts";
import * as contractCodes from "../contract/codes.ts";
import { type Catalogue, createCatalogue } from "../diagnostics/catalogue.ts";
import * as passCodes from "./codes.ts";

export const catalogue: Catalogue = createCatalogue([
  contractCodes,
  passCodes,
  ...capabilities.map(({ codes }) => codes),
]);
