/** Writes the message of a request: to meet what a route and a rule ask for, or to be nearly right, or right in another spelling. */
import type { PolicyIr } from "../../../components/capabilities/access/ir.ts";
import type { NamedMatch } from "../../../components/ir/match.ts";
import type { RouteIr } from "../../../components/ir/mesh-ir.ts";
import type { Random } from "../../generate/random.ts";
import type { HeaderLines, Wire } from "./ask.ts";
import { isRetried } from "./interest.ts";
import { cookiesFor, nearPath, nearText, pathFor, queryFor, respelledPath, textFor } from "./spellings.ts";

type Line = HeaderLines[number];

/** All of HTTP/1.1's that proxies know and that have no meaning of their own for a connection. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PURGE", "PROPFIND"];

export class MessageWriter {
  readonly #dice: Random;
  /** Is all that is asked for to be met? */
  readonly #exact: boolean;

  constructor(dice: Random, exact: boolean) {
    this.#dice = dice;
    this.#exact = exact;
  }

  wire(host: string, route: RouteIr | undefined): Wire {
    const dice = this.#dice;
    const matching = route?.matching;
    const query = queryFor(dice, matching?.query ?? [], this.#exact);
    if (dice.chance(0.15)) query.push(dice.pick(["a=1", "x", "", "=", "a=%20", "/../", "?", "q=1#2", "a;b=1"]));
    const cookies = cookiesFor(dice, matching?.cookies ?? [], this.#exact);
    if (dice.chance(0.05)) cookies.push(dice.pick(["a=1", "b", "c="]));
    return this.#varied({
      method: this.#method(matching?.methods ?? (route && isRetried(route) ? route.retries.methods : undefined)),
      target: `${this.#path(pathFor(dice, matching?.path, this.#exact))}${query.length > 0 ? `?${query.join("&")}` : dice.chance(0.05) ? "?" : ""}`,
      host: matching?.authority !== undefined && dice.chance(0.5) ? matching.authority : host,
      headers: [...this.#headers(matching?.headers ?? []), ...this.#cookieLines(cookies)],
    });
  }

  #method(asked: readonly string[] | undefined): string {
    const known = asked?.filter((method) => METHODS.includes(method)) ?? [];
    if (known.length > 0 && (this.#exact || this.#dice.chance(0.7))) return this.#dice.pick(known);
    return this.#dice.chance(0.7) ? "GET" : this.#dice.pick(METHODS);
  }

  #path(path: string): string {
    return this.#dice.among(
      [this.#exact ? 60 : 6, () => path],
      [4, () => respelledPath(this.#dice, path)],
      [1, () => respelledPath(this.#dice, respelledPath(this.#dice, path))],
      [3, () => nearPath(this.#dice, path)],
      [1, () => respelledPath(this.#dice, nearPath(this.#dice, path))],
    );
  }

  #headers(matches: readonly NamedMatch[]): Line[] {
    return matches.flatMap(({ name, match }) => {
      // The authority is no header of its own.
      if (name === "host") return [];
      const value = textFor(this.#dice, match, this.#exact);
      return value === undefined ? this.#unasked(name) : this.#header(name, value);
    });
  }

  #unasked(name: string): Line[] {
    return this.#dice.chance(0.1) ? [[name, this.#dice.pick(["", "1"])]] : [];
  }

  #header(name: string, value: string): Line[] {
    const dice = this.#dice;
    return dice.among<Line[]>(
      [this.#exact ? 200 : 8, () => [[name, value]]],
      [1, () => []],
      [2, () => [[name.toUpperCase(), value]]],
      [2, () => [[name, nearText(dice, value)]]],
      [
        1,
        () => [
          [name, value],
          [name, "other"],
        ],
      ],
      [
        1,
        () => [
          [name, "other"],
          [name, value],
        ],
      ],
      [
        1,
        () => [
          [name, ""],
          [name, value],
        ],
      ],
      [1, () => [[name, `${value},other`]]],
    );
  }

  #cookieLines(cookies: readonly string[]): Line[] {
    if (cookies.length === 0) return [];
    return this.#dice.among<Line[]>(
      [4, () => [["cookie", cookies.join("; ")]]],
      [1, () => [["Cookie", cookies.join(";")]]],
      [1, () => cookies.map((one) => ["cookie", one])],
      [1, () => [["cookie", `a=b; ${cookies.join("; ")}`]]],
    );
  }

  #varied(wire: Wire): Wire {
    if (!this.#dice.chance(0.3)) return wire;
    return { ...wire, headers: [...wire.headers, this.#dice.pick(FURTHER)] };
  }

  /** What a rule asks for is put beside what the route asks for; of path and method only one can be right. */
  withPolicy(wire: Wire, policies: readonly PolicyIr[], route?: RouteIr): Wire {
    if (policies.length === 0) return wire;
    const { methods, paths, headers } = this.#dice.pick(policies);
    const mark = wire.target.indexOf("?");
    const query = mark === -1 ? "" : wire.target.slice(mark);
    const isFree = (part: unknown) => part === undefined || (!this.#exact && this.#dice.chance(0.2));
    return {
      ...wire,
      method: methods === undefined || !isFree(route?.matching.methods) ? wire.method : this.#method(methods),
      target:
        paths === undefined || !isFree(route?.matching.path)
          ? wire.target
          : `${this.#path(pathFor(this.#dice, this.#dice.pick(paths), this.#exact))}${query}`,
      headers: [...wire.headers, ...this.#headers(headers)],
    };
  }
}

/** What no condition asks for: it must reach the workload, or must not. */
const FURTHER: readonly Line[] = [
  ["x-odd-Case", "Value"],
  ["x-empty", ""],
  ["accept", "*/*"],
  ["user-agent", "proof"],
  ["x-forwarded-client-cert", "URI=spiffe://generated.mesh/ns/main/sa/admin"],
  ["x-envoy-max-retries", "5"],
  ["x-envoy-retry-on", "5xx"],
  ["x-envoy-upstream-rq-timeout-ms", "1"],
  ["x-envoy-upstream-rq-per-try-timeout-ms", "1"],
  ["x-envoy-internal", "true"],
  ["x-envoy-retriable-status-codes", "503"],
  ["x-envoy-retriable-header-names", "x-b"],
  ["x-envoy-retry-grpc-on", "internal"],
  ["x-envoy-hedge-on-per-try-timeout", "true"],
  ["x-envoy-upstream-alt-stat-name", "mine"],
  ["x-envoy-upstream-rq-timeout-alt-response", "1"],
  ["x-envoy-force-trace", "true"],
  ["x-envoy-ip-tags", "a"],
  ["x-envoy-original-url", "http://a/b"],
  ["x-envoy-decorator-operation", "a"],
  ["x-envoy-downstream-service-cluster", "a"],
  ["x-envoy-downstream-service-node", "a"],
  ["x-envoy-original-path", "/"],
  ["x-envoy-original-host", "a"],
  ["connection", "keep-alive"],
  ["te", "trailers"],
  ["te", "gzip"],
  ["expect", "100-continue"],
  ["x-forwarded-for", "192.0.2.7"],
  ["forwarded", "for=192.0.2.7"],
  ["authorization", "Basic eDp5"],
];
