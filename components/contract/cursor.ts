/**
 * Where a reader stands: the way from the root, and whom to tell. The path is put together only when something is reported.
 */
import type { Args, Code } from "../diagnostics/diagnostic.ts";
import type { Report } from "../diagnostics/report.ts";
import { type EngineId, readTarget, releases, type Target } from "../engines/releases.ts";
import { cellAt, type None, type Partly, type SupportTable } from "../engines/support.ts";
import type { ModelPath } from "../values/model-path.ts";
import { NONE } from "../values/none.ts";
import { byText } from "../values/order.ts";
import { lossAccepted, lossUnfounded, partlySupported, unsupported } from "./codes.ts";

/** The reasons that were given for losses, by engine or target. */
export type Acceptance = Readonly<Record<string, string>>;

/** What one `lossy` accepts, and for which targets that turned out to be needed. */
class Accepted {
  readonly reasons: Acceptance;
  readonly needed = new Set<string>();

  constructor(reasons: Acceptance) {
    this.reasons = reasons;
  }
}

interface Lack {
  readonly target: Target;
  readonly engine: string;
  readonly cell: None | Partly;
  /** The target of this engine's releases that lack nothing, if there are such. */
  readonly later: Target | undefined;
}

/** What the targets of a mesh lack, per support table and row; looked up for every written field, so it is kept. */
export class Targets {
  readonly all: readonly Target[];
  readonly #lacks = new Map<SupportTable, ReadonlyMap<string, readonly Lack[]>>();

  constructor(all: readonly Target[]) {
    this.all = [...new Set(all)].sort(byText);
  }

  lacks(table: SupportTable, row: string): readonly Lack[] {
    let rows = this.#lacks.get(table);
    if (rows === undefined) this.#lacks.set(table, (rows = this.#findLacks(table)));
    return rows.get(row) ?? NONE;
  }

  #findLacks(table: SupportTable): ReadonlyMap<string, readonly Lack[]> {
    const found = Object.keys(table).map(
      (row) => [row, this.all.flatMap((target) => lacksOf(table, row, target))] as const,
    );
    return new Map(found.filter(([, lacks]) => lacks.length > 0));
  }
}

/** The oldest release that a target covers decides: what it lacks, the mesh cannot rely on. */
function lacksOf(table: SupportTable, row: string, target: Target): Lack[] {
  const { engine, releases: covered } = readTarget(target);
  const cells = table[row];
  const release = covered[0];
  if (cells === undefined || release === undefined) return [];
  const cell = cellAt(cells, engine, release, releases[engine as EngineId]);
  if (cell.level === "full") return [];
  const from = covered.find((one) => cellAt(cells, engine, one, releases[engine as EngineId]).level === "full");
  const later = from === undefined ? undefined : (`${engine}@${from}` as Target);
  return [{ target, engine: `${engine} ${release}`, cell, later }];
}

export class Cursor {
  readonly #parent: Cursor | undefined;
  readonly #key: string | number;
  readonly report: Report;
  readonly targets: Targets;
  /** Losses accepted at this very place. */
  readonly #accepted: Accepted | undefined;
  /** Whether what was written may be shown. */
  readonly #shows: boolean;

  private constructor(
    parent: Cursor | undefined,
    key: string | number,
    report: Report,
    targets: Targets,
    accepted?: Accepted,
    shows = true,
  ) {
    this.#shows = shows;
    this.#parent = parent;
    this.#key = key;
    this.report = report;
    this.targets = targets;
    this.#accepted = accepted;
  }

  static root(report: Report, targets: Targets): Cursor {
    return new Cursor(undefined, "", report, targets);
  }

  at(key: string | number, accepted?: Acceptance): Cursor {
    const here = accepted === undefined ? undefined : new Accepted(accepted);
    return new Cursor(this, key, this.report, this.targets, here, this.#shows);
  }

  /** The same place, of which no message shows what stands there: somebody may have written a secret instead of where it is kept. */
  covered(): Cursor {
    return new Cursor(this.#parent, this.#key, this.report, this.targets, this.#accepted, false);
  }

  get path(): ModelPath {
    return this.#parent === undefined ? [] : [...this.#parent.path, this.#key];
  }

  /** Reports, and answers `undefined`, which is what a reader answers when it could not read. */
  fail<A extends Args>(code: Code<A>, args: A, got?: unknown): undefined {
    this.report.add(code, args, { path: this.path, got: this.#shows ? got : undefined });
    return undefined;
  }

  /** Called for every written field and variant: says what the targets lose by it. */
  use(table: SupportTable, row: string): void {
    const lacks = this.targets.lacks(table, row);
    for (const { target, engine, cell, later = "" } of lacks) {
      const reason = this.#accepted?.reasons[target];
      this.#accepted?.needed.add(target);
      const at = { path: this.path, engine };
      if (cell.level === "partial") this.report.add(partlySupported, { engine, loses: cell.loses }, at);
      else if (reason === undefined) this.report.add(unsupported, { engine: target, why: cell.why, later }, at);
      else this.report.add(lossAccepted, { engine: target, why: cell.why, reason }, at);
    }
  }

  /** Called where a `lossy` has been read: an acceptance that nothing needed is an error. */
  requireNeeded(): void {
    const { reasons = {}, needed } = this.#accepted ?? {};
    for (const target of Object.keys(reasons).sort(byText))
      if (needed?.has(target) !== true) this.report.add(lossUnfounded, { engine: target }, { path: this.path });
  }
}
