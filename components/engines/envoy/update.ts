/**
 * How the files of a running proxy are changed without losing a request: first what is added, then what is moved, last what
 * is removed. A route must never name a cluster that is not there (engines.md C2: removing both at once lost 9 of 5,226), and a
 * listener must be there for as long as another proxy's routes may lead to it.
 */
import { type Block, type ConfigFile, fileText, resourceFile } from "./block.ts";

/** Files to write, in any order, before the next phase. */
export interface Phase {
  readonly name: "add" | "listen" | "route" | "remove";
  readonly write: readonly { readonly path: string; readonly text: string }[];
  readonly remove: readonly string[];
  /** Clusters that go: none may have a request on its way. */
  readonly clusters: readonly string[];
}

/** Does the bootstrap differ, which Envoy reads only when it starts? No phase writes it. */
export const needsRestart = (before: readonly ConfigFile[], after: readonly ConfigFile[]): boolean => {
  const [had, has] = [before, after].map((files) => files.find(({ path }) => path === BOOTSTRAP));
  return had !== undefined && has !== undefined && !sameFile(had, has);
};

/**
 * From the files that a proxy has to those that it shall have, but for what needs a restart. Phases without work are left out.
 *
 * @param meanwhile the files after, in which clusters and listeners accept who was accepted before, too: in use until the last phase
 */
export function planUpdate(
  before: readonly ConfigFile[],
  after: readonly ConfigFile[],
  meanwhile: readonly ConfigFile[] = after,
): readonly Phase[] {
  const old = byPath(before);
  const next = byPath(after);
  const changed = after.filter((file) => {
    const was = old.get(file.path);
    return was === undefined || !sameFile(was, file);
  });
  const pick = (test: (path: string) => boolean) => changed.filter(({ path }) => test(path)).map(toText);
  const between = byPath(meanwhile);
  const clusters = changeOf(CLUSTERS, old, between, next);
  const listeners = changeOf(LISTENERS, old, between, next);
  const phases: Phase[] = [
    {
      name: "add",
      // Secrets first: a new cluster is ready only with them. Routes of new listeners wait for them, too.
      write: [
        ...pick((path) => path.startsWith("sds/")),
        ...pick((path) => path.startsWith("rds/") && !old.has(path)),
        ...clusters.first,
      ],
      remove: [],
      clusters: [],
    },
    { name: "listen", write: listeners.first, remove: [], clusters: [] },
    { name: "route", write: pick((path) => path.startsWith("rds/") && old.has(path)), remove: [], clusters: [] },
    {
      name: "remove",
      write: [...clusters.last, ...listeners.last],
      remove: before.map(({ path }) => path).filter((path) => !next.has(path)),
      clusters: clusters.gone,
    },
  ];
  return phases.filter(({ write, remove }) => write.length + remove.length > 0);
}

const BOOTSTRAP = "bootstrap.json";
const CLUSTERS = "cds.json";
const LISTENERS = "lds.json";

const byPath = (files: readonly ConfigFile[]): Files => new Map(files.map((file) => [file.path, file]));

type Files = ReadonlyMap<string, ConfigFile>;

/** What is written first, with everything that was there before, and what is written last, without it. */
function changeOf(path: string, before: Files, meanwhile: Files, after: Files) {
  // Every proxy has these files.
  const [had, between, has] = [before, meanwhile, after].map((files) => files.get(path)) as [
    ConfigFile,
    ConfigFile,
    ConfigFile,
  ];
  if (sameFile(had, between) && sameFile(had, has)) return { first: [], last: [], gone: [] };
  const both = unionOf(had, between);
  const stay = namesOf(has);
  return {
    first: sameFile(had, both) ? [] : [toText(both)],
    last: sameFile(both, has) ? [] : [toText(has)],
    gone: [...namesOf(had)].filter((name) => !stay.has(name)),
  };
}

const toText = (file: ConfigFile) => ({ path: file.path, text: fileText(file) });

/** Of one path, which says what stands before and after the blocks. */
const sameFile = (a: ConfigFile, b: ConfigFile): boolean =>
  a.blocks.length === b.blocks.length &&
  a.blocks.every((block, index) => block === b.blocks[index] || block.text === b.blocks[index]?.text);

/** The new ones, and those of the old ones that have no successor of the same name. */
function unionOf(before: ConfigFile, after: ConfigFile): ConfigFile {
  const names = namesOf(after);
  return resourceFile(after.path, [...after.blocks, ...before.blocks.filter((block) => !names.has(nameOf(block)))]);
}

const namesOf = ({ blocks }: ConfigFile): ReadonlySet<string> => new Set(blocks.map(nameOf));

const nameOf = ({ text }: Block): string => (JSON.parse(text) as { readonly name: string }).name;
