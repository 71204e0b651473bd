/** The five lines: what nearly decided is said, so that nobody has to ask why it did not. */
import assert from "node:assert/strict";
import { explain } from "../../../components/simulate/explain.ts";
import { everythingOf, type Line } from "../../../components/simulate/format.ts";
import { Simulator } from "../../../components/simulate/simulator.ts";
import { type RequestSpec, resolveRequest } from "../../../components/simulate/spec.ts";
import { shop } from "./asking.ts";

const shopWith = (rest: Readonly<Record<string, unknown>>) =>
  shop({
    ...rest,
    services: { job: { ports: {}, calls: ["reviews"] } },
    reviews: {
      access: {
        noAdmin: { kind: "deny", paths: [{ kind: "path-prefix", path: "/admin" }] },
        reading: { kind: "allow", from: ["web"], methods: ["GET"] },
      },
    },
    routes: {
      reviews: {
        first: { when: { kind: "path-prefix", path: "/x" }, priority: 1 },
        second: { when: { kind: "header-exact", name: "x-a", value: "1" } },
      },
    },
  });
const plain = shopWith({});
const audited = shopWith({ namespaces: { shop: { enforcement: "audit" } } });

function linesOf(label: string, spec: Partial<RequestSpec>, ir = plain): readonly string[] {
  const resolved = resolveRequest(ir, { from: "web", to: "reviews", ...spec });
  if (resolved.kind === "refused") assert.fail(JSON.stringify(resolved.diagnostics));
  const lines: readonly Line[] = everythingOf(resolved.request, explain(new Simulator(ir), resolved.request));
  return lines.filter(([own]) => own === label).map(([, text]) => text);
}

describe("the answer in words", () => {
  it("names the route that would match as well", () => {
    assert.deepEqual(linesOf("route", { path: "/x", headers: [["x-a", "1"]] }), [
      "routes.reviews.first: path is /x or below; second would match, too, and comes later",
    ]);
    assert.deepEqual(linesOf("route", { path: "/x" }), ["routes.reviews.first: path is /x or below"]);
  });

  it("names the rules that would have decided otherwise, but for a condition", () => {
    assert.deepEqual(linesOf("access", {}), [
      "reviews lets it in by rule reading; rule noAdmin refuses only where path is /admin or below",
    ]);
    assert.deepEqual(linesOf("access", { method: "PUT" }), [
      "refused with 403: nothing lets the caller into reviews; rule reading lets it in only where method GET",
    ]);
    assert.deepEqual(linesOf("access", { path: "/admin" }), ["refused with 403 by rule noAdmin"]);
  });

  it("says who would be refused where access is only audited, and by what", () => {
    const letIn = "reviews lets it in, for access is only audited: it would be refused";
    assert.deepEqual(linesOf("access", { path: "/admin" }, audited), [`${letIn} by rule noAdmin`]);
    assert.deepEqual(linesOf("access", { method: "PUT" }, audited), [
      `${letIn}: nothing lets the caller into reviews; rule reading lets it in only where method GET`,
    ]);
    assert.deepEqual(
      linesOf("rule", { path: "/admin" }, audited)[0],
      "reviews: deny services.reviews.access.noAdmin: won",
    );
    assert.deepEqual(linesOf("access", {}, audited), linesOf("access", {}));
  });

  it("names whom the proxy knows, where it does not know who is asked for", () => {
    assert.deepEqual(linesOf("route", { to: "other.example.com" }), ["none is asked: the proxy knows only reviews"]);
    assert.deepEqual(linesOf("route", { path: "/a b" }), ["none is asked"]);
  });

  it("says in full why others lost, and for whom a rule is", () => {
    assert.deepEqual(linesOf("tried", { path: "/y" }).slice(0, 2), [
      "routes.reviews.first: does not hold: path is /x or below",
      'routes.reviews.second: does not hold: header x-a is "1"',
    ]);
    assert.deepEqual(linesOf("rule", { from: "job" }), [
      "reviews: deny services.reviews.access.noAdmin: does not hold: path is /admin or below",
      "reviews: allow services.reviews: won",
      "reviews: allow services.reviews.access.reading: speaks of other callers",
    ]);
  });
});
