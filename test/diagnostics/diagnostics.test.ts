import assert from "node:assert/strict";
import { catalogue, describe as describeDiagnostic, formatText } from "meshwright";
import { catalogue as allCodes } from "../../cli/catalogue.ts";
import { exampleCodes, loadCluster, loadExample, loadObjects } from "./load-example.ts";
import { runProgram } from "./run-program.ts";
import { codesIn, runSession } from "./run-session.ts";

describe("diagnostics", () => {
  for (const code of exampleCodes("mesh")) {
    describe(code, () => {
      it("is all that its failing mesh is told, at the place it names", async () => {
        const { diagnostics, at } = await loadExample(code, "fails");
        const told = diagnostics.map((found) => [found.code, describeDiagnostic(catalogue, found).at]);
        assert.deepEqual(told, [[code, at]], formatText(catalogue, diagnostics));
      });

      it("is gone in the corrected mesh, which has no errors", async () => {
        const { diagnostics } = await loadExample(code, "passes");
        const left = diagnostics.filter((found) => found.severity === "error" || found.code === code);
        assert.deepEqual(left, [], formatText(catalogue, left));
      });
    });
  }

  for (const code of exampleCodes("objects")) {
    describe(code, () => {
      it("is all that its failing objects are told, at the place it names", () => {
        const { diagnostics, at } = loadObjects(code, "fails");
        const told = diagnostics.map((found) => [found.code, describeDiagnostic(allCodes, found).at]);
        assert.deepEqual(told, [[code, at]], formatText(allCodes, diagnostics));
      });

      it("is gone in the corrected objects, which are told nothing", () => {
        assert.deepEqual(loadObjects(code, "passes").diagnostics, []);
      });
    });
  }

  for (const code of exampleCodes("cluster")) {
    describe(code, () => {
      it("is all that is told of its failing cluster, at the place it names", () => {
        const { diagnostics, at } = loadCluster(code, "fails");
        const told = diagnostics.map((found) => [found.code, describeDiagnostic(allCodes, found).at]);
        assert.deepEqual(told, [[code, at]], formatText(allCodes, diagnostics));
      });

      it("is gone with the corrected one, of which nothing is told", () => {
        const { diagnostics } = loadCluster(code, "passes");
        assert.deepEqual(diagnostics, [], formatText(allCodes, diagnostics));
      });
    });
  }

  for (const code of exampleCodes("session")) {
    describe(code, () => {
      it("is all that its failing command prints", () => {
        const { output, exitCode } = runSession(code, "fails");
        assert.deepEqual(codesIn(output), [code], output);
        assert.ok(exitCode === 1 || exitCode === 2, output);
      });

      it("is gone when the command is corrected", () => {
        const { output, exitCode } = runSession(code, "passes");
        assert.deepEqual([codesIn(output), exitCode], [[], 0], output);
      });
    });
  }

  for (const code of exampleCodes("program")) {
    describe(code, () => {
      it("is all that its failing program is told", async () => {
        const output = await runProgram(code, "fails");
        assert.deepEqual(codesIn(output), [code], output);
      });

      it("is gone in the corrected program", async () => {
        assert.equal(await runProgram(code, "passes"), "");
      });
    });
  }
});
