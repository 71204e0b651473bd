/** The published package works where nothing of this repository is: types, components, plugin and command line. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { pluginSchema, schemaPath } from "../plugin/schema.ts";
import { PackedPackage } from "./packed.ts";

const textOf = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

/** As the README tells users of TypeScript to write it. */
const [, written = ""] = /^echo '(.*?)' > tsconfig\.json$/ms.exec(textOf("README.md")) ?? [];

/** And as one has it who publishes what is defined here: the types of parts must have names for that. */
const CONFIG = {
  compilerOptions: { ...JSON.parse(written).compilerOptions, exactOptionalPropertyTypes: true, declaration: true },
  include: ["*.ts", "teams/*.ts"],
};

/** The tests of a mesh ask for no types of Node. */
const WITHOUT_NODE = {
  compilerOptions: { ...JSON.parse(written).compilerOptions, skipLibCheck: false, types: [] },
  files: ["shop.test.ts"],
};

/** Loads the stack as Pulumi does, with doubles for its engine and providers. */
const UNDER_MOCKS = `
import { runtime } from "@pulumi/pulumi";
const seen = [];
const newResource = ({ type, name, inputs }) => {
  seen.push(\`\${type} \${name}\`);
  return { id: \`\${name}-id\`, state: inputs };
};
await runtime.setMocks({ newResource, call: () => ({}) }, "shop", "test", false);
await import("./gateway-alone.ts");
await runtime.waitForRPCs();
console.log(JSON.stringify(seen.sort()));
`;

describe("the packed package", function () {
  this.timeout(120_000);
  let user: PackedPackage;
  before(() => {
    user = new PackedPackage();
    user.write("tsconfig.json", JSON.stringify(CONFIG));
    for (const file of ["gateway-alone.ts", "shop.ts"]) user.write(file, textOf(`test/unit/platform/${file}`));
    for (const file of ["base.ts", "billing.ts", "storefront.ts", "mesh.ts"])
      user.write(`teams/${file}`, textOf(`stacks/meshes/teams/${file}`));
    user.write("under-mocks.js", UNDER_MOCKS);
    for (const file of ["online-boutique.ts", "online-boutique.probes.ts"])
      user.write(`meshes/${file}`, textOf(`stacks/meshes/${file}`));
    user.write("empty/.keep", "");
  });
  after(() => user.remove());

  it("has the types of a stack in another repository, and of the parts of several teams", () => {
    const { code, output } = user.run(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "."]);
    assert.deepEqual([code, output], [0, ""]);
    user.write("typo.ts", textOf("test/unit/platform/shop.ts").replace('to: "web"', 'to: "webb"'));
    const typo = user.run(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "."]);
    assert.match(typo.output, /^typo\.ts\(9,\d+\): error TS2820: .*"web"/);
  });

  it("has types of tests that know nothing of Node", () => {
    const use = 'testMesh(shop).stranger().to("web").get("/").isDenied();';
    const imports = 'import { testMesh } from "meshwright/testing";\nimport { shop } from "../shop.ts";';
    user.write("tests/shop.test.ts", `${imports}\n${use}\n`);
    user.write("tests/tsconfig.json", JSON.stringify(WITHOUT_NODE));
    const { code, output } = user.run(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tests"]);
    assert.deepEqual([code, output], [0, ""]);
  });

  it("runs that stack", () => {
    const { code, output } = user.run(process.execPath, ["under-mocks.js"]);
    assert.equal(code, 0, output);
    assert.deepEqual(JSON.parse(output), [
      "kubernetes:networking.istio.io/v1:Gateway edge/shop/front/Gateway",
      "meshwright:index:Gateway edge",
      "pulumi:providers:kubernetes cluster",
    ]);
  });

  it("brings `mesh`, which checks the Online Boutique from an empty folder", () => {
    const { code, output } = user.run(user.bin("mesh"), ["check", "../meshes/online-boutique.ts"], "empty");
    assert.equal(code, 0, output);
    assert.match(output, /^3 notes in \.\.\/meshes\/online-boutique\.ts \(environments dev, staging, prod\)$/m);
  });

  it("holds the plugin for other languages, of which Pulumi's analyzer makes the schema that was reviewed", async () => {
    const plugin = join(user.installed, "components/plugin");
    assert.equal(pluginSchema(plugin), readFileSync(schemaPath, "utf8"));
    const { main } = JSON.parse(readFileSync(join(plugin, "package.json"), "utf8"));
    const { Mesh } = await import(pathToFileURL(join(plugin, main)).href);
    assert.equal(typeof Mesh, "function");
    assert.ok(readdirSync(plugin).includes("PulumiPlugin.yaml"));
  });
});
