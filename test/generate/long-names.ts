/**
 * Names of the greatest length, of which several are alike but for one place: at the beginning, in the middle, at the end, or where a
 * name that is derived from them is cut off. And a mesh of nothing but such names.
 */
import { allow, deny, http, listen, secretRef } from "../../components/index.ts";
import type { Random } from "./random.ts";

/** @source RFC 1123 */
const LONGEST_LABEL = 63;
const LONGEST_HOST = 253;
/** Of a name that is cut off, a dash and a checksum stand for the rest. */
const ENDING = 17;
const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"];

export function longNames(random: Random) {
  const label = (...cuts: readonly number[]) => alike(random, longLabel(random), cuts);
  const [caller = "", ...callees] = label();
  const [namespace = "", callersNamespace = "", edge = ""] = label();
  const [accounts, versions, rules, routes, externals] = [label(), label(), label(), label(), label()];
  const gateways = alike(random, longLabel(random, 1 + random.below(LONGEST_LABEL)));
  const hosts = hostsAlike(random, LONGEST_HOST - ENDING - `${gateways[0]}.`.length);
  const listeners = label(...["http-", "https-"].map((scheme) => LONGEST_LABEL - ENDING - scheme.length));
  const split = Object.fromEntries(versions.map((version, index) => [version, index + 1]));
  const callee = (account: string | undefined) => ({
    namespace,
    serviceAccount: account,
    ports: { http: http(80) },
    versions,
    access: Object.fromEntries(rules.map((rule, index) => [rule, index % 2 === 0 ? GETS : NO_PUTS])),
  });
  const gateway = {
    namespace: edge,
    listeners: Object.fromEntries(
      listeners.map((listener, index) => [listener, listenerAt(8_000 + index, hosts, edge)]),
    ),
    routes: Object.fromEntries(routes.map((route, index) => [route, { to: callees[0], hosts: [hosts[index]] }])),
  };
  return {
    name: longLabel(random),
    targets: ["istio"],
    services: {
      [caller]: { namespace: callersNamespace, ports: { http: http(80) }, calls: [...callees, ...externals] },
      ...Object.fromEntries(callees.map((key, index) => [key, callee(accounts[index])])),
    },
    routes: Object.fromEntries(callees.map((key) => [key, routesOf(routes, split)])),
    externals: Object.fromEntries(
      externals.map((key, index) => [key, { host: hosts[index], ports: { http: http(80) } }]),
    ),
    gateways: Object.fromEntries(gateways.map((key) => [key, gateway])),
  };
}

const GETS = allow({ methods: ["GET"] });
const NO_PUTS = deny({ methods: ["PUT"] });

const listenerAt = (port: number, hosts: readonly string[], namespace: string) =>
  port % 2 === 0
    ? listen.http(port, { hosts })
    : listen.https(port, { hosts, certificate: secretRef(namespace, "certificate", "tls") });

const routesOf = (names: readonly string[], to: Readonly<Record<string, number>>) =>
  Object.fromEntries(names.map((name) => [name, { when: [{ kind: "path-prefix", path: `/${name}` }], to }]));

/** The text, and others that have another letter at the beginning, in the middle, at the end, or where it is cut off. */
function alike(random: Random, text: string, cuts: readonly number[] = []): readonly string[] {
  const around = cuts.flatMap((cut) => [cut - 1, cut]);
  const places = new Set([0, text.length >> 1, text.length - 1, ...around]);
  const isLetter = (place: number) => /[a-z]/.test(text[place] ?? "");
  return [text, ...[...places].filter(isLetter).map((place) => changed(random, text, place))];
}

function changed(random: Random, text: string, place: number): string {
  const other = random.pick(LETTERS.filter((letter) => letter !== text[place]));
  return text.slice(0, place) + other + text.slice(place + 1);
}

/** Letters, and here and there a dash. */
const longLabel = (random: Random, length = LONGEST_LABEL): string =>
  Array.from({ length }, (_, place) =>
    place > 0 && place < length - 1 && random.chance(0.1) ? "-" : random.pick(LETTERS),
  ).join("");

/** Of some a dot stands one place further on: anywhere, and behind where they are cut off. */
function hostsAlike(random: Random, cut: number): readonly string[] {
  const host = longHost(random);
  const dots = movableDots(host);
  const moved = [dots, dots.filter((dot) => dot > cut)]
    .filter(({ length }) => length > 0)
    .map((all) => random.pick(all));
  return [...alike(random, host, [cut]), ...[...new Set(moved)].map((dot) => withDotMoved(host, dot))];
}

/** Before it stands a label that may become longer, behind it one that may become shorter. */
const movableDots = (host: string): readonly number[] =>
  [...host.matchAll(/(?<![^.]{63})\.(?=[a-z][a-z])/g)].map(({ index }) => index);

const withDotMoved = (host: string, dot: number): string =>
  `${host.slice(0, dot)}${host[dot + 1]}.${host.slice(dot + 2)}`;

/** Of labels of any length, so that a dot may stand anywhere. */
function longHost(random: Random): string {
  const labels: string[] = [];
  for (let left = LONGEST_HOST; left > 0; ) {
    const most = Math.min(left, LONGEST_LABEL);
    const size = 1 + random.below(most);
    // A dot is not the end.
    const fitting = left - size !== 1 ? size : size < most ? size + 1 : size - 1;
    labels.push(longLabel(random, fitting));
    left -= fitting + 1;
  }
  return labels.join(".");
}
