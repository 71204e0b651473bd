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

/** From the files that a proxy has to those that it shall have. Phases without work are left out. */
export function planUpdate(before: readonly ConfigFile[], after: readonly ConfigFile[]): readonly Phase[] {
  const old = new Map(before.map((file) => [file.path, file]));
  const next = new Map(after.map((file) => [file.path, file]));
  const changed = after.filter((file) => {
    const was = old.get(file.path);
    return was === undefined || !sameFile(was, file);
  });
  const clusters = { before: old.get(CLUSTERS), after: next.get(CLUSTERS) };
  const clustersChanged = changed.some(({ path }) => path === CLUSTERS);
  const gone = before.map(({ path }) => path).filter((path) => !next.has(path));
  const pick = (test: (path: string) => boolean) => changed.filter(({ path }) => test(path)).map(toText);
  const phases: Phase[] = [
    {
      name: "add",
      // Secrets first: a new cluster is ready only with them. Routes of new listeners wait for them, too.
      write: [
        ...pick((path) => path.startsWith("sds/")),
        ...changed.filter(({ path }) => path.startsWith("rds/") && !old.has(path)).map(toText),
        ...(clustersChanged ? [toText(unionOf(clusters.before, clusters.after))] : []),
      ],
      remove: [],
      clusters: [],
    },
    { name: "listen", write: pick((path) => path === "lds.json"), remove: [], clusters: [] },
    { name: "route", write: pick((path) => path.startsWith("rds/") && old.has(path)), remove: [], clusters: [] },
    {
      name: "remove",
      write: clustersChanged
        ? [toText(clusters.after)].filter((file) => file.text !== toText(unionOf(clusters.before, clusters.after)).text)
        : [],
      remove: gone,
      clusters: namesOf(clusters.before).filter((name) => !namesOf(clusters.after).includes(name)),
    },
  ];
  return phases.filter(({ write, remove }) => write.length + remove.length > 0);
}

const CLUSTERS = "cds.json";

const toText = (file: ConfigFile | undefined) => ({
  path: file?.path ?? CLUSTERS,
  text: file === undefined ? "" : fileText(file),
});

const sameFile = (a: ConfigFile, b: ConfigFile): boolean =>
  a.open === b.open &&
  a.close === b.close &&
  a.blocks.length === b.blocks.length &&
  a.blocks.every((block, index) => block === b.blocks[index] || block.text === b.blocks[index]?.text);

/** The new clusters, and those of the old ones that have no successor of the same name. */
function unionOf(before: ConfigFile | undefined, after: ConfigFile | undefined): ConfigFile {
  const blocks = after?.blocks ?? [];
  const names = new Set(blocks.map(nameOf));
  return resourceFile(CLUSTERS, [...blocks, ...(before?.blocks ?? []).filter((block) => !names.has(nameOf(block)))]);
}

const namesOf = (file: ConfigFile | undefined): string[] => (file?.blocks ?? []).map((block) => String(nameOf(block)));

const nameOf = ({ value }: Block): unknown =>
  typeof value === "object" && value !== null && "name" in value ? value.name : undefined;
