/**
 * A mesh over several files. A file says first what it may name of others, so that a wrong name is an error in that file; what it defines
 * keeps its names, and `mergeParts` puts the parts together (docs/decisions/0010). All of it is plain data.
 */
import type { Target } from "../engines/releases.ts";
import type { AnyNames, MeshBase, MeshSpec, Names, PortRef, RoutesSpec, ServicesSpec } from "./mesh.ts";

/** What several files of a mesh may each have some of: the exports of a module are one. */
export interface Part {
  readonly services?: object | undefined;
  readonly routes?: object | undefined;
  readonly externals?: object | undefined;
  readonly gateways?: object | undefined;
  readonly namespaces?: object | undefined;
}

// --- what a file knows of others -----------------------------------------------------------------------------------

/** A part, whose names may be used; or a name that is taken on trust until the parts are merged: `"web"`, `"web:http"`. */
type Known = object | string;

type In<P, F extends string> = P extends { readonly [_ in F]: infer R } ? R : {};

/** The ports of each, and the versions of each. */
type PortsIn<R> = { readonly [K in keyof R & string]: R[K] extends { readonly ports: infer P } ? P : {} };
type VersionsIn<R> = {
  readonly [K in keyof R & string]: R[K] extends { readonly versions: readonly (infer V)[] } ? V : unknown;
};

/** All of a union at once. */
type Together<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void ? I : never;

type Each<H, F extends string> = H extends unknown ? In<H, F> : never;

type KnownPorts<K extends readonly Known[]> = PortsIn<Together<Each<K[number], "services">>>;
type KnownVersions<K extends readonly Known[]> = VersionsIn<Together<Each<K[number], "services">>>;

/** Where no part says what the mesh must run on, everything is allowed until the parts are merged and checked. */
type KnownTargets<K extends readonly Known[]> =
  Each<K[number], "targets"> extends infer L ? (L extends readonly (infer T extends Target)[] ? T : never) : never;

type KeyIn<N> = N extends `${infer S}:${string}` ? S : N;
type PortNameIn<N> = N extends `${string}:${infer P}` ? P : never;
/** Not a record of ports: to put one together of many texts is quadratic. */
type Trust<K extends readonly Known[]> = Extract<K[number], string>;

/** The names of a file's own services, `PS`, and those that it knows: parts have `F` beside services. */
interface NamesHere<PS, K extends readonly Known[], F extends "externals" | "gateways"> extends AnyNames {
  readonly ref: Elsewhere<PS, K, F>["ref"] | KeyIn<Trust<K>> | Trust<K>;
  readonly call: {
    readonly to: NamesHere<PS, K, F>["key"];
    readonly port: Elsewhere<PS, K, F>["call"]["port"] | PortNameIn<Trust<K>>;
  };
  readonly key: Elsewhere<PS, K, F>["key"] | KeyIn<Trust<K>>;
}
type Elsewhere<PS, K extends readonly Known[], F extends string> = Names<
  PS & KnownPorts<K>,
  PortsIn<Together<Each<K[number], F>>>
>;

// --- what a file defines -------------------------------------------------------------------------------------------

declare const trusts: unique symbol;

/** Services as others know them: by names, versions `VS` and ports `PS`; and the names `N` that they take on trust. */
export type DefinedServices<VS, PS, N> = {
  readonly [K in keyof PS]: { readonly ports: PS[K]; readonly versions: readonly VersionOf<VS, K>[] };
} & { readonly [trusts]?: N };

type VersionOf<VS, K> = VS extends { readonly [_ in K & string]: infer V } ? V : unknown;

/** The names of routes matter to nobody else. */
export type DefinedRoutes = { readonly [service: string]: object };

/**
 * The services of a file. They may name each other, and what is `known`: parts of other files, and the names of services, ports and
 * gateways whose files cannot be imported because they import this one.
 *
 * @example
 * export const services = defineServices([base, catalogue, "web"], {
 *   payments: { ports: { http: http(80) }, calls: ["reviews"], access: { shop: allow({ from: ["web"] }) } },
 * });
 */
export function defineServices<const K extends readonly Known[], const VS, const CS, const PS>(
  known: K,
  services: ServicesSpec<
    KnownTargets<NoInfer<K>>,
    VS,
    CS,
    PS,
    NamesHere<NoInfer<PS>, NoInfer<K>, "externals">,
    NamesHere<NoInfer<PS>, NoInfer<K>, "gateways">
  >,
): DefinedServices<VS, PS, Trust<K>>;
export function defineServices(_known: unknown, services: unknown): unknown {
  return services;
}

/**
 * Routes of services that are `known`.
 *
 * @example
 * export const routes = defineRoutes([base, { services }], { payments: { all: { timeout: seconds(2) } } });
 */
export function defineRoutes<const K extends readonly Known[]>(
  known: K,
  routes: RoutesSpec<
    KnownTargets<NoInfer<K>>,
    KnownVersions<NoInfer<K>>,
    KnownPorts<NoInfer<K>>,
    { readonly [_ in keyof KnownPorts<NoInfer<K>> | KeyIn<Trust<NoInfer<K>>>]: unknown }
  >,
): DefinedRoutes;
export function defineRoutes(_known: unknown, routes: unknown): unknown {
  return routes;
}

// --- all of them ---------------------------------------------------------------------------------------------------

type Parts = { readonly [part: string]: Part };
type ServicesOf<P> = Together<{ [N in keyof P]: In<P[N], "services"> }[keyof P]>;
type PortsOf<P> = PortsIn<ServicesOf<P>>;

/** What the compiler shows where parts do not fit together. */
interface Wrong<W extends string> {
  readonly "~wrong": W;
}

type Fitting<P, R> = { readonly [N in keyof P]: Fits<Twice<P, N> | Unknown<P[N], R>> };
/** Made anew with the full stop: of a union that has a name the compiler would show just that. */
type Fits<W extends string> = [W] extends [never] ? unknown : Wrong<`${W}.`>;

type Twice<P, N extends keyof P> = {
  [M in Exclude<keyof P, N> & string]: Shared<In<P[N], "services">, In<P[M], "services">> extends infer K extends string
    ? `"${K}" is in ${M}, too`
    : never;
}[Exclude<keyof P, N> & string];

type Shared<A, B> = keyof A & keyof B & string;

type Unknown<P, R> =
  In<P, "services"> extends { readonly [trusts]?: infer N }
    ? Exclude<N, R | undefined> extends infer M extends string
      ? `there is no "${M}"`
      : never
    : never;

/**
 * The mesh of a base, which has its name and targets, and of parts by name. What two of them define is an error, MW2003: nothing
 * replaces anything.
 *
 * @example
 * import * as billing from "./billing.ts";
 * import * as storefront from "./storefront.ts";
 *
 * export default defineMesh(mergeParts(base, { billing, storefront }));
 */
export function mergeParts<const T extends Target, const P extends Parts, const XS = {}, const GS = {}>(
  base: MeshBase<T, PortsOf<NoInfer<P>>, XS, GS>,
  parts: P & Fitting<NoInfer<P>, PortRef<PortsOf<NoInfer<P>>> | PortRef<NoInfer<XS>> | keyof NoInfer<GS>>,
): MeshSpec<T, VersionsIn<ServicesOf<P>>, {}, PortsOf<P>, XS, GS>;
export function mergeParts(base: unknown, parts: unknown): unknown {
  const written = isRecord(parts) ? Object.entries(parts) : [["parts", parts] as const];
  const leaves = [["base", base] as const, ...written].flatMap(leavesOf);
  const twice = [...Map.groupBy(leaves, ({ path }) => JSON.stringify(path)).values()].filter((same) => same.length > 1);
  return { ...nested(leaves), ...(twice.length === 0 ? {} : { twice: twice.map(twofold) }) };
}

/** What `mergeParts` found in two parts. It stays in the mesh, and compiling reports it. */
export interface Twofold {
  readonly path: readonly string[];
  readonly parts: readonly string[];
}

const twofold = (same: readonly Leaf[]): Twofold => ({
  path: same[0]?.path ?? [],
  parts: same.map(({ part }) => part),
});

/** What one part alone may define. */
interface Leaf {
  readonly path: readonly string[];
  readonly part: string;
  readonly value: unknown;
}

/** How many names lead from a field to what is one part's alone. */
const DEPTH: Readonly<Record<string, number>> = { services: 1, externals: 1, gateways: 1, namespaces: 1, routes: 2 };

/** What is no part stays in the mesh as it is: whoever reads it says what is wrong with it. */
function leavesOf([part, written]: readonly [string, unknown]): readonly Leaf[] {
  const below = (value: unknown, path: readonly string[], depth: number): readonly Leaf[] => {
    if (depth === 0 || !isRecord(value)) return value === undefined ? [] : [{ path, part, value }];
    return Object.entries(value).flatMap(([key, one]) => below(one, [...path, key], depth - 1));
  };
  if (!isRecord(written)) return [{ path: [part], part, value: written }];
  return Object.entries(written).flatMap(([field, value]) =>
    below(value, [field], Object.hasOwn(DEPTH, field) ? (DEPTH[field] as number) : 0),
  );
}

function nested(leaves: readonly Leaf[]): Readonly<Record<string, unknown>> {
  const byKey = Map.groupBy(leaves, ({ path }) => path[0] as string);
  return Object.fromEntries(
    [...byKey].map(([key, own]) => {
      const whole = own.find(({ path }) => path.length === 1);
      return [
        key,
        whole === undefined ? nested(own.map((leaf) => ({ ...leaf, path: leaf.path.slice(1) }))) : whole.value,
      ];
    }),
  );
}

/** A literal, or the exports of a module; an object of a class is not looked into. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
