/** The probes that a mesh file exports. They come from a user's program: what is no probe is told of, never left out or half believed. */
import { wrongType } from "../contract/codes.ts";
import { Cursor, Targets } from "../contract/cursor.ts";
import { integer, list, object, oneOf, type Reader, record, text, textWhere } from "../contract/read.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { Report } from "../diagnostics/report.ts";
import { nearest } from "../values/name.ts";
import { unknownInProbe } from "./codes.ts";
import type { Probe } from "./probe.ts";

export type ReadProbes =
  | { readonly kind: "read"; readonly probes: readonly Probe[] }
  | { readonly kind: "wrong"; readonly diagnostics: readonly Diagnostic[] };

/** A file that exports none has none. */
export function readProbes(exported: unknown): ReadProbes {
  const report = new Report();
  if (exported !== undefined) probes(exported, Cursor.root(report, new Targets([])).at("probes"));
  if (report.hasErrors) return { kind: "wrong", diagnostics: report.sorted() };
  return { kind: "read", probes: (exported ?? []) as readonly Probe[] };
}

const ASKERS = ["outside", "stranger", "plaintext"];

const from: Reader<unknown> = (value, at) => {
  if (typeof value === "object" && value !== null) return "gateway" in value ? gateway(value, at) : service(value, at);
  if (typeof value !== "string") {
    const expected = `${ASKERS.map((one) => JSON.stringify(one)).join(", ")}, { service } or { gateway }`;
    return at.fail(wrongType, { expected, found: value === null ? "null" : `a ${typeof value}` }, value);
  }
  if (ASKERS.includes(value)) return value;
  const known = [...ASKERS, "{ service }", "{ gateway }"];
  return at.fail(unknownInProbe, { kind: "asker", name: value, nearest: nearest(value, ASKERS) ?? "", known }, value);
};

const service = object({ service: text, version: text }, { required: ["service"] });
const gateway = object({ gateway: text, listener: text }, { required: ["gateway"] });

const url = textWhere(
  'a URL, like "http://cart:7070/x", "https://shop.localhost/" or "tcp://redis:6379"',
  (value) => /^(?:https?|tcp):\/\/[^/?#]/.test(value) && URL.canParse(value),
);

const amount: Reader<number> = (value, at) =>
  typeof value === "number" && value >= 0
    ? value
    : at.fail(wrongType, { expected: "a number from 0 on", found: String(value) }, value);

const status: Reader<number | "refused"> = (value, at) => {
  if (value === "refused") return value;
  const isStatus = typeof value === "number" && Number.isInteger(value) && value >= 200 && value <= 599;
  const wrong = { expected: 'a status from 200 to 599, or "refused"', found: JSON.stringify(value) ?? "nothing" };
  return isStatus ? value : at.fail(wrongType, wrong, value);
};

const expectation = object(
  {
    status,
    service: text,
    version: text,
    headers: record(text, "any"),
    path: text,
    shares: record(amount, "any"),
    atLeast: amount,
  },
  { required: ["status"] },
);

const probes = list(
  object(
    {
      name: text,
      environment: text,
      from,
      url,
      protocol: oneOf("http", "grpc"),
      method: text,
      headers: record(text, "any"),
      times: integer(1, 100_000),
      expect: expectation,
    },
    { required: ["name", "from", "url", "expect"] },
  ),
);
