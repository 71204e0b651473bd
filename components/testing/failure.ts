/** How a test fails: with what was expected, what happens, and why. Its types name none of Node's, which a consumer may not have. */
import { AssertionError } from "node:assert";
import type { Catalogue } from "../diagnostics/catalogue.ts";
import { createCatalogue } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { formatText } from "../diagnostics/format.ts";
import { catalogue as compilerCatalogue } from "../passes/catalogue.ts";
import * as simulateCodes from "../simulate/codes.ts";
import type { Explanation } from "../simulate/explain.ts";
import { everythingOf, formatLines } from "../simulate/format.ts";
import type { SimulatedRequest } from "../simulate/request.ts";
import * as testingCodes from "./codes.ts";
import { type Expectation, expectationText } from "./expectation.ts";

const catalogue: Catalogue = createCatalogue([Object.fromEntries(compilerCatalogue), simulateCodes, testingCodes]);

/** The test is wrong, whatever the mesh does. */
export class WrongTest extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(what: string, diagnostics: readonly Diagnostic[]) {
    super(`${what}\n\n${formatText(catalogue, diagnostics)}`);
    this.name = "WrongTest";
    this.diagnostics = diagnostics;
  }
}

/** What a running mesh did instead; absent where the simulator judges. */
export interface Observation {
  readonly seen: string;
  readonly simulatorAgrees: boolean;
}

export function unmetExpectation(
  expected: Expectation,
  request: SimulatedRequest,
  explanation: Explanation,
  observed: Observation | undefined,
  stackStartFn: (...args: never) => unknown,
): Error {
  const lines = formatLines([...(observed ? observedLines(observed) : []), ...everythingOf(request, explanation)]);
  const message = `expected the request to ${expectationText(expected)}\n\n${indented(lines)}\n`;
  return new AssertionError({ message, operator: "meshwright", stackStartFn });
}

const observedLines = ({ seen, simulatorAgrees }: Observation) =>
  [
    ["seen", seen],
    ["simulator", simulatorAgrees ? "expected it, too: please report this" : "says below what to expect"],
  ] as const;

export const belowCoverage = (report: string, stackStartFn: (...args: never) => unknown): Error =>
  new AssertionError({ message: `the tests exercise too little of the mesh\n\n${indented(report)}`, stackStartFn });

const indented = (text: string): string => text.replace(/^(?=.)/gm, "  ");
