/**
 * The shape of a support table: one row per writable field and per variant of a union, one cell per engine.
 * The types of the model and the run-time check read the same tables, so they cannot disagree.
 */
import type { EngineId, ReleaseOf, Releases, Target } from "./releases.ts";

/** Who says so, and when it was read. */
export interface Evidence {
  /** Document or code, with its version. */
  readonly source: string;
  /** The date on which it was read. */
  readonly read: string;
}

export interface Full {
  readonly level: "full";
}
export interface Partly<L extends string = string> {
  readonly level: "partial";
  /** Exactly what is lost. Never a type error: a loss that every report records. */
  readonly loses: L;
}
export interface None<W extends string = string> {
  readonly level: "none";
  readonly why: W;
}
/** Full from a release on; before it, what `before` says. */
export interface Since<R extends string = string, B = unknown> {
  readonly level: "since";
  readonly release: R;
  readonly before: B;
}

export type Cell<E extends EngineId = EngineId> = (Full | Partly | None | Since<ReleaseOf<E>, None | Partly>) &
  Evidence;

/** One cell per engine: a missing engine does not compile. */
export type Row = { readonly [E in EngineId]: Cell<E> };

/** The rows that a written type needs: its keys, and `kind=…` for each variant. */
export type RowsOf<F> = F extends { readonly kind: infer V extends string }
  ? `kind=${V}` | Exclude<keyof F, "kind">
  : F extends unknown
    ? keyof F
    : never;

/** One row per writable field: a missing field does not compile. */
export type SupportOf<F> = { readonly [K in RowsOf<F>]-?: Row };

/** Any support table, for those who walk them all. */
export type SupportTable = Readonly<Record<string, Row>>;

// --- what the types of the model ask -------------------------------------------------------------------------------

type Earlier<L, R> = L extends readonly [infer Head, ...infer Rest]
  ? Head extends R
    ? never
    : Head | Earlier<Rest, R>
  : never;

type Why<S, E extends EngineId, R> =
  S extends Record<E, infer C>
    ? C extends None<infer W>
      ? `${E}: ${W}`
      : C extends Since<infer Y, None<infer W>>
        ? R extends Earlier<Releases[E], Y>
          ? `${E} before ${Y}: ${W}`
          : never
        : never
    : never;

type WhyNot<S, T extends Target> = T extends `${infer E extends EngineId}@${infer R}`
  ? Why<S, E, R>
  : T extends EngineId
    ? Why<S, T, Releases[T][0]>
    : never;

type Lacking<S, T extends Target> = T extends Target ? ([WhyNot<S, T>] extends [never] ? never : T) : never;

/** What the compiler shows where an engine of the mesh's targets cannot do what was written. */
export interface Unsupported<W extends string> {
  readonly "~unsupported": W;
}

/** The same for a variant of a union: it keeps its kind, by which the compiler finds the variant that was meant. */
export interface UnsupportedKind<V extends string, W extends string> extends Unsupported<W> {
  readonly kind: V;
}

/** A loss that was accepted, at its place, with a reason for every engine that lacks it, and for no other. */
export interface Lossy<T extends Target, V> {
  readonly kind: "lossy";
  readonly accept: { readonly [K in T]: string } & LosesNothing<Exclude<Target, T>>;
  readonly value: V;
}

type LosesNothing<T extends Target> = { readonly [K in T]?: never };

/** A field whose support is `S`, in a mesh that must run on `T`. */
export type Feature<S, T extends Target, V> = [Lacking<S, T>] extends [never]
  ? V
  : Unsupported<WhyNot<S, T>> | Lossy<Lacking<S, T>, Exclude<V, undefined>> | Extract<V, undefined>;

/** The same for a variant of a union. */
type Variant<S, T extends Target, V extends string, F> = [Lacking<S, T>] extends [never]
  ? F
  : UnsupportedKind<V, WhyNot<S, T>> | Lossy<Lacking<S, T>, F>;

/** A written type with each of its fields, and each variant, checked against the targets. */
export type Supported<F, S, T extends Target> = F extends { readonly kind: infer V extends string }
  ? Variant<
      S[`kind=${V}` & keyof S],
      T,
      V,
      { readonly [K in keyof F]: K extends "kind" ? V : Feature<S[K & keyof S], T, F[K]> }
    >
  : F extends unknown
    ? { readonly [K in keyof F]: Feature<S[K & keyof S], T, F[K]> }
    : never;

/**
 * Accepts that some engines cannot do this.
 *
 * @errors MW3000 an engine that lacks it is not named · MW3003 an engine is named that does not lack it
 * @example fault: { abort: lossy({ linkerd: "dev only" }, { status: 503, percent: percent(5) }) }
 */
export const lossy = <const A extends { readonly [E in Target]?: string }, const V>(
  accept: A,
  value: V,
): { readonly kind: "lossy"; readonly accept: A; readonly value: V } => ({ kind: "lossy", accept, value });

// --- what the run-time check asks ----------------------------------------------------------------------------------

/**
 * What an engine does otherwise than docs/semantics.md says, whatever a mesh writes: no field is to blame, and nothing that is rendered
 * changes it.
 */
export interface Difference extends Evidence {
  /** A name that lasts: by it the proof says which difference a request met. */
  readonly id: string;
  readonly engine: EngineId;
  /** The rule of docs/semantics.md that does not hold. */
  readonly rule: string;
  /** What happens instead. */
  readonly does: string;
}

/** What one release of an engine does with a row. */
export function cellAt(row: Row, engine: EngineId, release: string, order: readonly string[]): Full | Partly | None {
  const cell: Full | Partly | None | Since<string, None | Partly> = row[engine];
  if (cell.level !== "since") return cell;
  return order.indexOf(release) >= order.indexOf(cell.release) ? { level: "full" } : cell.before;
}
