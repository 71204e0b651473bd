/** Requests on which simulator and Envoy once differed: kept as files, asked first in every run. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import type { Ask } from "./ask.ts";

export interface Fixture {
  readonly name: string;
  /** What was said and seen when it was found. */
  readonly found: readonly string[];
  readonly ask: Ask;
  /** A mesh as plain data. */
  readonly mesh: unknown;
}

const FOLDER = new URL("./fixtures/", import.meta.url);

export async function readFixtures(): Promise<readonly Fixture[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith(".json")).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, FOLDER), "utf8");
      return { name: name.replace(/\.json$/, ""), ...(JSON.parse(text) as Omit<Fixture, "name">) };
    }),
  );
}

/** @returns where it was written, relative to the repository */
export async function writeFixture({ name, ...fixture }: Fixture): Promise<string> {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(new URL(`${name}.json`, FOLDER), `${JSON.stringify(fixture, null, 2)}\n`);
  return `test/live/proof/fixtures/${name}.json`;
}
