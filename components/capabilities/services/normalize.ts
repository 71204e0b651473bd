/** From what was written to ports, versions and calls. */

import { wrongName, wrongType } from "../../contract/codes.ts";
import { ports } from "../../contract/ports.ts";
import { label, list, object, type Read, type Reader, record, text, textWhere } from "../../contract/read.ts";
import type { Report } from "../../diagnostics/report.ts";
import type { PortIr, Protocol, VersionIr } from "../../ir/port.ts";
import type { ModelPath } from "../../values/model-path.ts";
import { isLabelKey, isLabelValue, nearest } from "../../values/name.ts";
import { sortedBy } from "../../values/order.ts";
import { noPorts, portTwice, reservedPort, selectorOfUnknown, versionTwice } from "./codes.ts";
import { serviceSupport } from "./support.ts";

export interface WrittenCall {
  readonly to: string;
  readonly port?: string | undefined;
}

const callObject = object({ to: text, port: label }, { required: ["to", "port"] });
const call: Reader<WrittenCall> = (value, at) => {
  if (typeof value !== "string") return callObject(value, at);
  const colon = value.indexOf(":");
  return colon < 0 ? { to: value } : { to: value.slice(0, colon), port: value.slice(colon + 1) };
};

const LABEL_KEY_RULE =
  "a name of at most 63 letters, digits, dashes, dots and underscores, after a prefix like example.com/ or none";
const labelValue = textWhere(
  "the value of a label: at most 63 letters, digits, dashes, dots and underscores, beginning and ending with a letter or digit",
  isLabelValue,
);
const labels = record(labelValue, "any");

/** Without a label it would select every workload of the namespace. */
const selector: Reader<ReadonlyMap<string, string>> = (value, at) => {
  const read = labels(value, at);
  if (read?.size === 0 && Object.keys(value as object).length === 0)
    return at.fail(wrongType, { expected: "at least one label", found: "an empty object" }, value);
  for (const key of read?.keys() ?? []) if (!isLabelKey(key)) at.at(key).fail(wrongName, { rule: LABEL_KEY_RULE }, key);
  return read;
};

/** The fields of a service that this slice owns. */
export const fields = {
  namespace: label,
  name: label,
  serviceAccount: label,
  owner: text,
  allowCallers: list(text),
  ports,
  versions: list(label),
  selectors: record(selector, "label"),
  /** Read by `readCalls`, where they are normalized: they are many, and nobody keeps them. */
  calls: ((value) => value) as Reader<unknown>,
};
export const readCalls: Reader<readonly WrittenCall[]> = list(call);
export const support = serviceSupport;

type WrittenPorts = Read<typeof ports>;

export const normalizePorts = (written: WrittenPorts = new Map()): readonly PortIr[] =>
  sortedBy(written, ([name]) => name).map(
    ([name, { kind, number, target }]): PortIr => ({
      name,
      number,
      target: target ?? number,
      protocol: kind satisfies Protocol,
    }),
  );

/** `mayBeNone`: a service that only calls, as a load generator or a job does, needs no port. */
export function checkPorts(
  written: WrittenPorts | undefined,
  all: readonly PortIr[],
  path: ModelPath,
  report: Report,
  mayBeNone = false,
): void {
  if (written !== undefined && all.length === 0 && !mayBeNone) report.add(noPorts, {}, { path: [...path, "ports"] });
  const numbers = new Map<number, string>();
  for (const { name, number } of all) {
    const other = numbers.get(number);
    if (other !== undefined) report.add(portTwice, { other, number }, { path: [...path, "ports", name] });
    numbers.set(number, name);
  }
}

/**
 * The ports on which the engines' proxies listen beside a workload.
 * @source reliability.md F21; istio.io application requirements; linkerd proxy ports
 */
const RESERVED: readonly (readonly [number, number, string])[] = [
  [15_000, 15_090, "Istio's proxy"],
  [15_443, 15_443, "Istio's proxy"],
  [4_140, 4_143, "Linkerd's proxy"],
  [4_190, 4_191, "Linkerd's proxy"],
  [20_000, 20_000, "Consul's proxy"],
];

export function checkReserved(all: readonly PortIr[], path: ModelPath, report: Report): void {
  for (const { name, target } of all) {
    const [, , owner] = RESERVED.find(([from, to]) => target >= from && target <= to) ?? [];
    if (owner !== undefined)
      report.add(reservedPort, { number: target, owner }, { path: [...path, "ports", name], got: target });
  }
}

export function checkVersions(written: readonly string[] | undefined, path: ModelPath, report: Report): void {
  if (written === undefined || written.length < 2) return;
  const known = new Set<string>();
  for (const [index, version] of written.entries()) {
    if (known.has(version)) report.add(versionTwice, { version }, { path: [...path, "versions", index], got: version });
    known.add(version);
  }
}

/** Selectors of versions that are not there. */
export function checkSelectors(
  written: ReadonlyMap<string, unknown> | undefined,
  versions: readonly VersionIr[],
  service: ModelPath,
  report: Report,
): void {
  if (written === undefined) return;
  const path = [...service, "selectors"];
  const known = versions.map(({ name }) => name);
  for (const version of written.keys())
    if (!known.includes(version))
      report.add(
        selectorOfUnknown,
        { version, known, nearest: nearest(version, known) ?? "" },
        { path: [...path, version] },
      );
}

export const normalizeVersions = (
  name: string,
  versions: readonly string[] = [],
  selectors: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map(),
): readonly VersionIr[] =>
  sortedBy([...new Set(versions)], (version) => version).map((version) => ({
    name: version,
    selector: Object.fromEntries(
      selectors.get(version) ?? [
        ["app", name],
        ["version", version],
      ],
    ),
  }));
