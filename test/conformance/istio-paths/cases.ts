/** Istio's published cases of path normalization: what a server gets to see of a path, by the mode of the mesh. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Found, findGoModule, goOutput } from "../go-module.ts";

/** Istio 1.31. */
const ISTIO = {
  path: "istio.io/istio",
  version: "v0.0.0-20260827124520-eed52ebb66ad",
  sum: "h1:ui9TJjRMAV/hb5ehQaZDq7IUGxuQP6dra9lapT/VjHI=",
};

const TEST = "tests/integration/security/normalization_test.go";

export interface PathCase {
  readonly group: string;
  readonly mode: string;
  readonly in: string;
  /** `400` where the proxy refuses. */
  readonly out: string;
}

export type FoundCases =
  | { readonly kind: "found"; readonly cases: readonly PathCase[] }
  | Extract<Found, { kind: "none" }>;

export function readPathCases(): FoundCases {
  const module = findGoModule(ISTIO);
  if (module.kind === "none") return module;
  const folder = fileURLToPath(new URL("cases", import.meta.url));
  const program = goOutput(["run", "-buildvcs=false", ".", join(module.folder, TEST)], folder);
  return program.kind === "none" ? program : casesOf(program.text);
}

/** The program stands in a folder of its own, and only as long as it runs. */
function casesOf(program: string): FoundCases {
  const scratch = mkdtempSync(join(tmpdir(), "mw-paths-"));
  try {
    writeFileSync(join(scratch, "main.go"), program);
    const told = goOutput(["run", "main.go"], scratch);
    return told.kind === "none" ? told : { kind: "found", cases: JSON.parse(told.text) as readonly PathCase[] };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
