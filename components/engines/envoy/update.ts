/**
 * How the files of a running proxy are changed without losing a request: first what is added, then what is moved, last what
 * is removed. A route must never name a cluster that is not there (engines.md C2: removing both at once lost 9 of 5,226).
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
  const [had, has] = [byPath(before).get(BOOTSTRAP), byPath(after).get(BOOTSTRAP)];
  return had !== undefined && has !== undefined && !sameFile(had, has);
};

/** From the files that a proxy has to those that it shall have, but for what needs a restart. Phases without work are left out. */
export function planUpdate(before: readonly ConfigFile[], after: readonly ConfigFile[]): readonly Phase[] {
  const old = byPath(before);
  const next = byPath(after);
  const changed = after.filter((file) => {
    const was = old.get(file.path);
    return was === undefined || !sameFile(was, file);
  });
  const pick = (test: (path: string) => boolean) => changed.filter(({ path }) => test(path)).map(toText);
  const [had, has] = [clustersOf(old), clustersOf(next)];
  const both = unionOf(had, has);
  const stay = namesOf(has);
  const phases: Phase[] = [
    {
      name: "add",
      // Secrets first: a new cluster is ready only with them. Routes of new listeners wait for them, too.
      write: [
        ...pick((path) => path.startsWith("sds/")),
        ...pick((path) => path.startsWith("rds/") && !old.has(path)),
        ...(sameFile(had, both) ? [] : [toText(both)]),
      ],
      remove: [],
      clusters: [],
    },
    { name: "listen", write: pick((path) => path === "lds.json"), remove: [], clusters: [] },
    { name: "route", write: pick((path) => path.startsWith("rds/") && old.has(path)), remove: [], clusters: [] },
    {
      name: "remove",
      write: sameFile(both, has) ? [] : [toText(has)],
      remove: before.map(({ path }) => path).filter((path) => !next.has(path)),
      clusters: [...namesOf(had)].filter((name) => !stay.has(name)),
    },
  ];
  return phases.filter(({ write, remove }) => write.length + remove.length > 0);
}

const BOOTSTRAP = "bootstrap.json";
const CLUSTERS = "cds.json";

const byPath = (files: readonly ConfigFile[]): ReadonlyMap<string, ConfigFile> =>
  new Map(files.map((file) => [file.path, file]));

/** Every proxy has this file. */
const clustersOf = (files: ReadonlyMap<string, ConfigFile>): ConfigFile => files.get(CLUSTERS) as ConfigFile;

const toText = (file: ConfigFile) => ({ path: file.path, text: fileText(file) });

/** Of one path, which says what stands before and after the blocks. */
const sameFile = (a: ConfigFile, b: ConfigFile): boolean =>
  a.blocks.length === b.blocks.length &&
  a.blocks.every((block, index) => block === b.blocks[index] || block.text === b.blocks[index]?.text);

/** The new clusters, and those of the old ones that have no successor of the same name. */
function unionOf(before: ConfigFile, after: ConfigFile): ConfigFile {
  const names = namesOf(after);
  return resourceFile(CLUSTERS, [...after.blocks, ...before.blocks.filter((block) => !names.has(nameOf(block)))]);
}

const namesOf = ({ blocks }: ConfigFile): ReadonlySet<string> => new Set(blocks.map(nameOf));

const nameOf = ({ text }: Block): string => (JSON.parse(text) as { readonly name: string }).name;
