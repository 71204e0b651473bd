/** Which name was meant: what a typing error looks like. */
import assert from "node:assert/strict";
import { nearest } from "../../../components/values/name.ts";

const KEYS = ["ports", "calls", "versions", "namespace", "serviceAccount"];

describe("nearest name", () => {
  for (const [typed, meant] of [
    ["port", "ports"],
    ["prots", "ports"],
    ["call", "calls"],
    ["callls", "calls"],
    ["versoins", "versions"],
    ["nmaespcae", "namespace"],
    ["serviceAcount", "serviceAccount"],
  ] as const)
    it(`${typed} is ${meant}`, () => assert.equal(nearest(typed, KEYS), meant));

  for (const stranger of ["", "x", "parts of it", "selectors", "toll"])
    it(`${stranger === "" ? "nothing" : stranger} is none`, () => assert.equal(nearest(stranger, KEYS), undefined));
});
