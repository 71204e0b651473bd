/** What a test can expect of a request, as data: the simulator and a running mesh are asked the same. */
import type { Milliseconds } from "../values/duration.ts";
import { formatDuration } from "../values/duration.ts";
import { formatPercent, type PartsPerMillion, WHOLE } from "../values/percent.ts";

export type Expectation =
  | { readonly kind: "reaches"; readonly service: string; readonly version: string | undefined }
  /** Weights of versions, of one service where one is named. */
  | { readonly kind: "splits"; readonly service: string | undefined; readonly shares: Shares }
  | { readonly kind: "denied"; readonly rule: string | undefined }
  | { readonly kind: "redirect"; readonly location: string; readonly status: number | undefined }
  /** The proxy answers itself, for whatever reason. */
  | { readonly kind: "answers"; readonly status: number }
  | { readonly kind: "aborted"; readonly status: number; readonly share: PartsPerMillion }
  | { readonly kind: "delayed"; readonly length: Milliseconds; readonly share: PartsPerMillion }
  | { readonly kind: "no-route" }
  | { readonly kind: "no-connection" }
  | ({ readonly kind: "receives" } & Received)
  | { readonly kind: "returns"; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: "waits"; readonly atMost: Milliseconds }
  | { readonly kind: "retries"; readonly times: number };

export type Shares = Readonly<Record<string, number>>;

/** What the workload gets; what is left out may be anything. */
export interface Received {
  readonly method?: string | undefined;
  readonly host?: string | undefined;
  /** Without the query. */
  readonly path?: string | undefined;
  /** From the question mark on; empty: none. */
  readonly query?: string | undefined;
  /** `null`: it must not be there. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>> | undefined;
}

/** As the end of "expected the request to …". */
export function expectationText(expected: Expectation): string {
  switch (expected.kind) {
    case "reaches":
      return `reach ${expected.service}${expected.version === undefined ? "" : ` ${expected.version}`}`;
    case "splits":
      return `be split${expected.service === undefined ? "" : ` at ${expected.service}`}: ${sharesText(expected.shares)}`;
    case "denied":
      return expected.rule === undefined ? "be denied" : `be denied by rule ${expected.rule}`;
    case "redirect":
      return `be redirected${expected.status === undefined ? "" : ` (${expected.status})`} to ${expected.location}`;
    case "answers":
      return `be answered by the proxy with ${expected.status}`;
    case "aborted":
      return `be aborted with ${expected.status}${partText(expected.share)}`;
    case "delayed":
      return `be held back for ${formatDuration(expected.length)}${partText(expected.share)}`;
    case "no-route":
      return "have no route";
    case "no-connection":
      return "get no connection";
    case "receives":
      return `arrive with ${receivedText(expected)}`;
    case "returns":
      return `be answered with ${listText(expected.headers)}`;
    case "waits":
      return `be waited for at most ${formatDuration(expected.atMost)}`;
    case "retries":
      return expected.times === 0 ? "be tried once" : `be tried again at most ${timesText(expected.times)}`;
  }
}

export const sharesText = (shares: Shares): string => {
  const sum = Object.values(shares).reduce((total, weight) => total + weight, 0);
  return Object.entries(shares)
    .map(([version, weight]) => `${version} ${Math.round((weight / sum) * 10_000) / 100} %`)
    .join(", ");
};

const partText = (share: PartsPerMillion): string => (share === WHOLE ? "" : `, ${formatPercent(share)} of them`);

const timesText = (times: number): string => (times === 1 ? "once" : `${times} times`);

const receivedText = ({ method, host, path, query, headers = {} }: Received): string =>
  [
    ...Object.entries({ method, host, path, query }).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name} ${value === "" ? "empty" : value}`],
    ),
    listText(headers),
  ]
    .filter((text) => text !== "")
    .join(", ");

const listText = (headers: NonNullable<Received["headers"]>): string =>
  Object.entries(headers)
    .map(([name, value]) => (value === null ? `no ${name}` : `${name}: ${[value].flat().join(", ")}`))
    .join(", ");
