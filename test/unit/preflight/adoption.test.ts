/** Taking a namespace in: who would lose access at once, and who once it is enforced. */
import assert from "node:assert/strict";
import { formatText } from "../../../components/diagnostics/format.ts";
import { catalogue } from "../../../components/preflight/catalogue.ts";
import { preflightOf } from "./preflight-of.ts";

const told = (enforcement: "audit" | "enforce" | undefined): string =>
  formatText(
    catalogue,
    preflightOf({
      stack: { controlPlane: { kind: "install", release: "2026.11" }, namespaces: "label" },
      mesh: {
        name: "shop",
        targets: ["istio"],
        ...(enforcement && { namespaces: { shop: { enforcement } } }),
        services: { web: { ports: { http: { kind: "http", number: 80 } } } },
      },
      cluster: {
        schema: 1,
        kubernetes: "v1.36.3",
        namespaces: [{ name: "shop" }],
        workloads: [{ kind: "Deployment", namespace: "shop", name: "report", labels: { app: "report" }, pods: 1 }],
      },
    }).filter(({ code }) => code === "MW5240"),
  );

describe("a namespace that is taken in", () => {
  it("enforced: says who loses access, and how to look first", () => {
    for (const text of [told(undefined), told("enforce")]) {
      assert.match(text, /report may call no service of it any more/);
      assert.match(text, /as soon as it is deployed/);
      assert.match(text, /`namespaces: \{ "shop": \{ enforcement: "audit" \} \}` refuses nobody until you have looked/);
    }
  });

  it("audited: says who will, once it is enforced", () => {
    const text = told("audit");
    assert.match(text, /only audited/);
    assert.match(text, /report may call no service of it once it is enforced/);
    assert.match(text, /as soon as it is enforced/);
    assert.doesNotMatch(text, /enforcement: "audit"/);
  });
});
