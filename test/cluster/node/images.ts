/**
 * Images as archives, made of programs that are on this machine: nothing is downloaded. Each is the libraries that programs here need,
 * and a few files on top.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Image {
  readonly name: string;
  /** Path in the image to what lies there: a file or folder of this machine, or a text. */
  readonly files: Readonly<Record<string, string | { readonly text: string }>>;
  readonly config: {
    readonly Entrypoint: readonly string[];
    readonly User?: string;
    readonly Env?: readonly string[];
  };
}

interface Layer {
  readonly path: string;
  readonly digest: string;
}

/** One archive of all of them, as container runtimes import it. */
export async function writeImages(folder: string, images: readonly Image[], base: Image["files"]): Promise<string> {
  await mkdir(folder);
  const below = await writeLayer(folder, "base", { ...base, ...(await librariesOf(programsOf(images))) });
  const manifest = [];
  for (const [index, image] of images.entries()) {
    const layers = [below, await writeLayer(folder, `image-${index}`, image.files)];
    await writeFile(join(folder, `image-${index}.json`), JSON.stringify(configOf(image, layers)));
    manifest.push({
      Config: `image-${index}.json`,
      RepoTags: [image.name],
      Layers: layers.map(({ path }) => path),
    });
  }
  await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest));
  const archive = `${folder}.tar`;
  const names = [...manifest.flatMap(({ Config, Layers }) => [Config, ...Layers]), "manifest.json"];
  await run("tar", ["-cf", archive, "-C", folder, ...new Set(names)]);
  await rm(folder, { recursive: true });
  return archive;
}

const configOf = ({ config }: Image, layers: readonly Layer[]) => ({
  architecture: process.arch === "arm64" ? "arm64" : "amd64",
  os: "linux",
  config: { ...config, Env: [`PATH=${PATH}`, ...(config.Env ?? [])] },
  rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => `sha256:${digest}`) },
});

const PATH = "/usr/local/bin:/usr/bin:/bin:/opt/cni/bin";

const programsOf = (images: readonly Image[]): readonly string[] =>
  images.flatMap(({ files }) => Object.values(files)).filter((from) => typeof from === "string");

/** A layer is made of links to what is there already, which the archiver follows. */
async function writeLayer(folder: string, name: string, files: Image["files"]): Promise<Layer> {
  const staging = join(folder, name);
  for (const [path, from] of Object.entries(files)) {
    const to = join(staging, path);
    await mkdir(dirname(to), { recursive: true });
    if (typeof from === "string") await symlink(from, to);
    else await writeFile(to, from.text);
  }
  const path = `${name}.tar`;
  // The same bytes whenever it is made.
  const same = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
  await run("tar", ["-chf", join(folder, path), ...same, "-C", staging, "."]);
  return { path, digest: await digestOf(join(folder, path)) };
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** What the dynamic linker of this machine loads for programs; the static ones need nothing. */
async function librariesOf(programs: readonly string[]): Promise<Record<string, string>> {
  const listed = await Promise.all(programs.map((program) => run("ldd", [program]).catch(() => ({ stdout: "" }))));
  const paths = listed.flatMap(({ stdout }) => [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = ""]) => path));
  return Object.fromEntries(paths.map((path) => [path, path]));
}
