/** Which listener of which gateway somebody outside asks: what is written decides, and nothing is guessed where several could be meant. */
import type { ListenerIr } from "../capabilities/gateways/ir.ts";
import type { GatewayIr, MeshIr } from "../ir/mesh-ir.ts";

export interface WantedListener {
  /** Keys, where they are named. */
  readonly gateway?: string | undefined;
  readonly listener?: string | undefined;
  readonly scheme?: "http" | "https" | undefined;
  readonly host: string;
  /** As it is written in the URL, in the mesh's own ports. */
  readonly port?: string | undefined;
}

export interface Door {
  readonly gateway: GatewayIr;
  readonly listener: ListenerIr;
}

export type ChosenListener =
  | ({ readonly kind: "serving" } & Door)
  /** Nobody serves the host there: the gateway answers so. */
  | ({ readonly kind: "unserved" } & Door)
  | { readonly kind: "several"; readonly candidates: readonly Door[] }
  /** No gateway has such a listener. */
  | { readonly kind: "none" };

export function chooseListener({ gateways }: MeshIr, wanted: WantedListener): ChosenListener {
  const doors = gateways
    .filter(({ key }) => wanted.gateway === undefined || key === wanted.gateway)
    .flatMap((gateway) => gateway.listeners.map((listener) => ({ gateway, listener })))
    .filter((door) => fits(door, wanted));
  const here = atPort(doors, wanted);
  const serving = here.filter((door) => serves(door, wanted.host));
  const [door] = here;
  if (serving.length === 0) return door === undefined ? { kind: "none" } : { kind: "unserved", ...door };
  const left = usual(serving, wanted);
  const [only] = left;
  return left.length === 1 && only !== undefined ? { kind: "serving", ...only } : { kind: "several", candidates: left };
}

const isSecure = ({ listener }: Door): boolean => listener.tls !== undefined;

const fits = (door: Door, { listener, scheme }: WantedListener): boolean =>
  (listener === undefined || door.listener.name === listener) &&
  (scheme === undefined || isSecure(door) === (scheme === "https"));

const serves = ({ listener }: Door, host: string): boolean => listener.hosts.some((one) => one === host.toLowerCase());

/** A port that no listener has is one that somebody in between maps to a listener: it decides nothing. */
function atPort(doors: readonly Door[], { port }: WantedListener): readonly Door[] {
  const there = doors.filter(({ listener }) => String(listener.port) === port);
  return there.length === 0 ? doors : there;
}

/** Where several serve the host: with TLS before without, then the port that a URL need not name. */
function usual(serving: readonly Door[], { port }: WantedListener): readonly Door[] {
  const secure = serving.filter(isSecure);
  const best = secure.length === 0 ? serving : secure;
  const byDefault = best.filter(({ listener }) => listener.port === (secure.length === 0 ? 80 : 443));
  return port === undefined && byDefault.length > 0 ? byDefault : best;
}

/** `http://shop.example.com:8080 at gateway edge`: what would have decided. */
export const spelledDoor = ({ gateway, listener }: Door, host: string): string =>
  `${listener.tls === undefined ? "http" : "https"}://${host}:${listener.port} at gateway ${gateway.key}`;
