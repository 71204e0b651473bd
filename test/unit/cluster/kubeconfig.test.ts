/** What is wrong with a kubeconfig is said of the file, where no other context would help. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClusterChoice, connect } from "../../../components/cluster/kubernetes-api.ts";

describe("a kubeconfig", () => {
  const folder = mkdtempSync(join(tmpdir(), "meshwright-kubeconfig-"));
  after(() => rmSync(folder, { recursive: true }));

  const told = async (choice: ClusterChoice) => {
    const connection = await connect(choice);
    if (connection.kind === "connected") return assert.fail("connected");
    const { code, path, args } = connection.diagnostic;
    return [code, path.join("."), String(args.message).replaceAll(`${folder}/`, "")];
  };
  const written = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it("that is not there, or is none, is told so, whatever context is asked for", async () => {
    const missing = join(folder, "nope");
    assert.deepEqual(await told({ kubeconfig: missing, context: "x" }), [
      "MW5201",
      "",
      'the kubeconfig "nope" does not exist',
    ]);
    for (const text of ["foo", "a: 1"])
      assert.deepEqual(
        await told({ kubeconfig: written("other", text), context: "x" }),
        ["MW5201", "", 'the kubeconfig "other" has no contexts: it is none, or an empty one'],
        text,
      );
    const [, , malformed] = await told({ kubeconfig: written("broken", "a: [") });
    assert.match(malformed ?? "", /^the kubeconfig "broken" cannot be read: /);
  });

  it("without the context is told of the context", async () => {
    const contexts = "contexts: [{ name: prod, context: { cluster: c, user: u } }]\nclusters: []\nusers: []\n";
    assert.deepEqual(await told({ kubeconfig: contexts, context: "prd" }), [
      "MW5201",
      "cluster.context",
      'the kubeconfig has no context "prd"; did you mean "prod"?',
    ]);
  });
});
