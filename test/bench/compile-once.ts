/** One process of the compile bench: a mesh of so many services, from its model to the bytes of every proxy's files. */
import { createHash } from "node:crypto";
import { compile, envoyRenderer, fileText, stablePlacement } from "./built.ts";
import type { Stages } from "./compile.ts";
import { generateMesh } from "./generate.ts";

const started = performance.now();
const [size = 0, seed = 0] = process.argv.slice(2).map(Number);
const spec = generateMesh(size, seed);

const generated = performance.now();
const { ir, diagnostics } = compile(spec);
if (ir === undefined || diagnostics.length > 0) throw new Error(`not a sound mesh: ${JSON.stringify(diagnostics[0])}`);

const compiled = performance.now();
const proxies = envoyRenderer(stablePlacement()).render(ir);

const rendered = performance.now();
const first = digest();

const written = performance.now();
const second = digest();

const again = performance.now();
if (first.hash !== second.hash) throw new Error("the same blocks gave other bytes");

const stages: Stages = {
  start: started,
  generate: generated - started,
  compile: compiled - generated,
  render: rendered - compiled,
  write: written - rendered,
  joinAndHash: again - written,
  hash: first.hash,
  bytes: first.bytes,
  files: first.files,
  proxies: proxies.length,
  edges: ir.services.reduce((sum, { calls }) => sum + calls.length, 0),
  peakBytes: process.resourceUsage().maxRSS * 1_024,
};
console.log(JSON.stringify(stages));

/** Joins and hashes file after file. The first time each block is turned into text, too; the second time just this is left. */
function digest() {
  const hash = createHash("sha256");
  let bytes = 0;
  let files = 0;
  for (const file of proxies.flatMap((proxy) => proxy.files)) {
    const text = fileText(file);
    hash.update(text);
    bytes += text.length;
    files++;
  }
  return { hash: hash.digest("hex"), bytes, files };
}
