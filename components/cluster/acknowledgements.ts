/**
 * Have all proxies taken what is stored? istiod must first have read it (`configz`), then have begun to send it: it gathers changes until
 * there is none for a moment, on a busy cluster for seconds, so "nothing new to send" right after a change means nothing. Only then does
 * "everything sent is acknowledged" (`syncz`) say something, and it is asked of each proxy once (docs/decisions/0011).
 */
import type { Milliseconds } from "../values/duration.ts";
import { byText, distinct } from "../values/order.ts";
import {
  type Connected,
  type Counts,
  type Followed,
  type Istiod,
  istiodsIn,
  proxiesIn,
  type StoredObject,
  type Sync,
  Unanswered,
} from "./istiods.ts";
import type { KubernetesApi } from "./kubernetes-api.ts";

export type Acknowledgement =
  | { readonly kind: "acknowledged"; readonly proxies: number }
  | { readonly kind: "not-verified"; readonly why: string };

export interface Awaited {
  /** Where the control planes of the cluster are. */
  readonly rootNamespace: string;
  /** What every istiod must have read. */
  readonly objects: readonly StoredObject[];
  /** Whose proxies must have taken it: others are not led by it, and one of theirs that is broken concerns nobody here. */
  readonly namespaces: readonly string[];
  /** Where routes are about to lead. */
  readonly ends: readonly End[];
  readonly timeout: Milliseconds;
}

export interface End {
  readonly host: string;
  /** The version; absent: all of them. */
  readonly subset: string | undefined;
}

export interface Clock {
  now(): number;
  sleep(length: number): Promise<void>;
}

/** Between two looks, and what istiod gets to build and send what it has gathered. */
const POLL = 200;

export async function acknowledgements(api: KubernetesApi, awaited: Awaited, clock: Clock): Promise<Acknowledgement> {
  const looks = new Looks(api, awaited, clock);
  let late: readonly string[] = [];
  for (const end = clock.now() + awaited.timeout; clock.now() < end; await clock.sleep(POLL)) {
    try {
      const seen = await looks.look();
      if (typeof seen === "number") return { kind: "acknowledged", proxies: seen };
      late = seen;
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      if (error.final) return { kind: "not-verified", why: error.message };
      late = [error.message];
    }
  }
  return { kind: "not-verified", why: `after ${awaited.timeout / 1_000} s ${inWords(late)}` };
}

const MOST = 5;

const inWords = (late: readonly string[]): string => {
  const more = late.length - MOST;
  return [...late.slice(0, MOST), ...(more > 0 ? [`${more} more`] : [])].join("; ");
};

/** How far an istiod is. */
interface Progress {
  read: boolean;
  sends: boolean;
  first?: Counts;
  /** Since when it has heard of nothing new. */
  quiet?: { readonly updates: number; readonly since: number };
}

class Looks {
  readonly #api: KubernetesApi;
  readonly #awaited: Awaited;
  readonly #clock: Clock;
  readonly #progress = new Map<string, Progress>();
  readonly #taken = new Set<string>();

  constructor(api: KubernetesApi, awaited: Awaited, clock: Clock) {
    this.#api = api;
    this.#awaited = awaited;
    this.#clock = clock;
  }

  /** How many proxies have taken all of it, or what is still missing. */
  async look(): Promise<number | readonly string[]> {
    const { rootNamespace, namespaces } = this.#awaited;
    const istiods = await istiodsIn(this.#api, rootNamespace);
    const sending = (await Promise.all(istiods.map((one) => this.#lacksIn(one)))).flat();
    if (sending.length > 0) return sending;
    const running = (await Promise.all(namespaces.map((namespace) => proxiesIn(this.#api, namespace)))).flat();
    const connected = await this.#ours(istiods, (istiod) => istiod.connected());
    const late = [...this.#lateOf(connected), ...absentOf(running, connected)];
    if (late.length > 0) return late;
    const blind = await this.#blindOf(istiods);
    return blind.length > 0 ? blind : connected.size;
  }

  /** What one istiod has yet to do before its proxies can be asked. */
  async #lacksIn(istiod: Istiod): Promise<readonly string[]> {
    const progress = this.#progress.get(istiod.name) ?? { read: false, sends: false };
    this.#progress.set(istiod.name, progress);
    if (!progress.read) {
      const unread = unreadOf(this.#awaited.objects, await istiod.objects());
      if (unread.length > 0) return unread.map((object) => `${istiod.name} has not read ${object}`);
      progress.read = true;
    }
    if (progress.sends) return [];
    progress.sends = await this.#sends(istiod, progress);
    // Seen now, it may still be building what it sends: its proxies are asked at the next look.
    return [`${istiod.name} still gathers changes`];
  }

  /** It has heard of nothing new for long enough, or it has begun twice: the second time with everything that it had read. */
  async #sends(istiod: Istiod, progress: Progress): Promise<boolean> {
    const asked = this.#clock.now();
    const counts = await istiod.counts();
    progress.first ??= counts;
    if (progress.quiet?.updates !== counts.updates)
      progress.quiet = { updates: counts.updates, since: this.#clock.now() };
    const begunTwice = counts.pushes >= progress.first.pushes + 2;
    return begunTwice || asked - progress.quiet.since >= istiod.gathers + POLL;
  }

  /** Of all istiods, by proxy. */
  async #ours<T extends { readonly proxy: string }>(
    istiods: readonly Istiod[],
    ask: (istiod: Istiod) => Promise<readonly T[]>,
  ): Promise<ReadonlyMap<string, readonly T[]>> {
    const answers = (await Promise.all(istiods.map(ask))).flat();
    const ours = answers.filter(({ proxy }) => this.#awaited.namespaces.includes(namespaceOf(proxy)));
    return Map.groupBy(ours, ({ proxy }) => proxy);
  }

  /** A proxy that has once taken everything has taken what we wait for: what is sent to it later is somebody else's change. */
  #lateOf(connected: ReadonlyMap<string, readonly Connected[]>): readonly string[] {
    return [...connected].flatMap(([proxy, connections]) => {
      if (this.#taken.has(proxy)) return [];
      const faults = distinct(connections.flatMap(({ syncs }) => faultsIn(syncs)));
      if (faults.length === 0) this.#taken.add(proxy);
      return faults.map((fault) => `${proxy} ${fault}`);
    });
  }

  /** Proxies that know a version of a host and not the one that a route is about to lead to: the surest sign that it was not sent yet. */
  async #blindOf(istiods: readonly Istiod[]): Promise<readonly string[]> {
    const ends = this.#awaited.ends.filter(({ subset }) => subset !== undefined);
    if (ends.length === 0) return [];
    const followed = await this.#ours(istiods, (istiod) => istiod.followed());
    return [...followed.values()].flatMap((connections) =>
      connections.flatMap((one) => ends.filter((end) => isBlind(one, end)).map((end) => blindInWords(one, end))),
    );
  }
}

/** Names of pods may have dots, those of namespaces have none. */
const namespaceOf = (proxy: string): string => proxy.slice(proxy.lastIndexOf(".") + 1);

function unreadOf(awaited: readonly StoredObject[], read: readonly StoredObject[]): readonly string[] {
  const byName = new Map(read.map((object) => [nameOf(object), object]));
  return awaited
    .filter((object) => {
      const found = byName.get(nameOf(object));
      return found === undefined || found.uid !== object.uid || found.generation < object.generation;
    })
    .map(nameOf)
    .toSorted(byText);
}

const nameOf = ({ kind, namespace, name }: StoredObject): string => `${kind} ${namespace}/${name}`;

/** A proxy is never sent what it does not ask for; one that was sent nothing at all has just connected. */
function faultsIn(syncs: readonly Sync[]): readonly string[] {
  if (syncs.every(({ sent }) => sent === "")) return ["was sent nothing yet"];
  const open = syncs.filter(({ sent, acked }) => sent !== acked);
  const silent = open.filter(({ error }) => error === "").map(({ kind }) => kind);
  const refused = open.filter(({ error }) => error !== "").map(({ kind, error }) => `refused its ${kind}: ${error}`);
  return [...(silent.length === 0 ? [] : [`has not acknowledged its ${silent.join(", ")}`]), ...refused];
}

const absentOf = (running: readonly string[], connected: ReadonlyMap<string, unknown>): readonly string[] =>
  running.filter((proxy) => !connected.has(proxy)).map((proxy) => `${proxy} is not connected`);

/** All versions of a host come from one DestinationRule, so whoever has one of them has all. */
function isBlind({ clusters }: Followed, { host, subset }: End): boolean {
  const known = clusters.map((cluster) => cluster.split("|")).filter(([, , , of]) => of === host);
  const versions = known.filter(([direction, , version]) => direction === "outbound" && version !== "");
  return versions.some(([, port]) => !versions.some(([, other, version]) => other === port && version === subset));
}

const blindInWords = ({ proxy }: Followed, { host, subset }: End): string =>
  `${proxy} does not know ${subset} of ${host}`;
