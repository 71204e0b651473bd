/** The diagnostics of tests: they ask or expect what the mesh does not know. */

import { defineCode } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/did-you-mean.ts";

export const unnamedCallee = defineCode<{ caller: string; known: readonly string[] }>({
  id: "MW5040",
  name: "unnamed-callee",
  severity: "error",
  what: ({ caller, known }) => `"${caller}" calls ${known.length} ports that speak HTTP, and the test names none`,
  why: () => "a path says nothing without the service that is asked for it",
  fix: ({ known }) =>
    known.length === 0
      ? "name the service: .to(…), or write a whole URL"
      : `name one: .to("${known.join('"), .to("')}")`,
});

export const unknownExpectedService = defineCode<{ name: string; nearest: string }>({
  id: "MW5041",
  name: "unknown-expected-service",
  severity: "error",
  what: ({ name, nearest }) => `the test expects "${name}", which is no service of the mesh${didYouMean(nearest)}`,
  why: () => "a test that expects what cannot happen says nothing about the mesh",
  fix: ({ nearest }) => (nearest === "" ? "name a service of the mesh" : `write "${nearest}"`),
});

export const unknownExpectedVersion = defineCode<{ version: string; nearest: string; known: readonly string[] }>({
  id: "MW5042",
  name: "unknown-expected-version",
  severity: "error",
  what: ({ version, nearest }) =>
    `the test expects version "${version}", which nothing there has${didYouMean(nearest)}`,
  why: () => "a test that expects what cannot happen says nothing about the mesh",
  fix: ({ known }) => (known.length === 0 ? "leave the version out" : `write one of ${known.join(", ")}`),
});

export const unknownTestEnvironment = defineCode<{ name: string; nearest: string; known: readonly string[] }>({
  id: "MW5043",
  name: "unknown-test-environment",
  severity: "error",
  what: ({ name, nearest, known }) =>
    name === ""
      ? `the mesh has ${known.length} environments, and the test names none`
      : `the mesh has no environment "${name}"${didYouMean(nearest)}`,
  why: () => "what a mesh does may differ between its environments",
  fix: ({ known }) => `write one: testMesh(mesh, { environment: "${known[0] ?? "default"}" })`,
});

export const unknownExpectedRule = defineCode<{ rule: string; nearest: string; known: readonly string[] }>({
  id: "MW5044",
  name: "unknown-expected-rule",
  severity: "error",
  what: ({ rule, nearest }) => `the test expects the rule "${rule}", which no service has${didYouMean(nearest)}`,
  why: () => "a test that expects what cannot happen says nothing about the mesh",
  fix: ({ known }) => (known.length === 0 ? "leave the rule out" : `write one of ${known.join(", ")}`),
});
