/** The documentation's example: a stack in another repository that uses one component. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { deploy } from "./mock-engine.ts";

const example = readFileSync(new URL("gateway-alone.ts", import.meta.url), "utf8");

describe("a gateway alone", () => {
  it("takes fewer than 20 lines, which the documentation shows as they are", () => {
    assert.ok(example.trimEnd().split("\n").length < 20);
    const page = readFileSync(new URL("../../../docs/pulumi.md", import.meta.url), "utf8");
    assert.ok(page.includes(`\`\`\`typescript\n${example}\`\`\``), "docs/pulumi.md shows another text");
  });

  it("registers the gateway and nothing else of the mesh", async () => {
    const { resources } = await deploy(() => import("./gateway-alone.ts"));
    assert.deepEqual(resources.map(({ type, name }) => `${type} ${name}`).sort(), [
      "kubernetes:networking.istio.io/v1:Gateway edge/shop/front/Gateway",
      "meshwright:index:Gateway edge",
    ]);
  });
});
