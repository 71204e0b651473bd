/**
 * The tutorial works: every command of docs/tutorial.md is executed and every file is written, in an empty folder and in the order of
 * the page; what the page shows as output must appear.
 *
 *   ```sh              is executed; `exit=1`: ends with that code; `background`: keeps running until the end of the page
 *   ```ts file=F       is the whole of F
 *   ```ts change=F     replaces the member of F with the same name and indentation, or becomes the last one
 *   ```text            what the command above prints, or the one in the background after a change; `…` is anything
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheDirectory } from "../../components/local/cache-directory.ts";
import { findEnvoy } from "../../components/local/envoy-binary.ts";
import { skip } from "../skip.ts";
import { type Block, change, shows, stepsOf } from "./page.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** A command that shows the effect of a change is repeated so long. @unit milliseconds */
const PATIENCE = 20_000;
/** Where the page says that its gateway listens; a run takes another port where this one is not free. */
const PORT_OF_PAGE = ":8080";

describe("docs/tutorial.md", () => {
  let reader: Reader | undefined;

  before(async function () {
    const found = await findEnvoy({ env: process.env, cacheDir: cacheDirectory(process.env), onProgress: () => {} });
    if (found.kind === "found") reader = await Reader.sitDown(found.path);
    else skip(this, `no Envoy (${found.tried.join("; ")}); ${found.remedy}`);
  });
  after(() => reader?.leave());

  it("does what it says", async () => {
    const page = await readFile(join(ROOT, "docs/tutorial.md"), "utf8");
    const steps = stepsOf(page);
    assert.ok(steps.length > 10, "the page has lost its blocks");
    for (const { block, output } of steps) await (reader as Reader).follow(block, output);
  }).timeout(180_000);
});

/** Somebody who follows the page: a folder, a terminal, and a second one for what keeps running. */
class Reader {
  readonly #home: string;
  #folder: string;
  #second: ChildProcess | undefined;
  /** What the second terminal shows, and how much of it has been read. */
  #shown = "";
  #read = 0;

  private constructor(home: string) {
    this.#home = home;
    this.#folder = home;
  }

  /** `npx mesh` and `meshwright` are there, as they are inside a clone after `npm ci`. */
  static async sitDown(envoy: string): Promise<Reader> {
    const home = await mkdtemp(join(tmpdir(), "meshwright-tutorial-"));
    const bin = join(home, "node_modules/.bin");
    await mkdir(bin, { recursive: true });
    await symlink(ROOT, join(home, "node_modules/meshwright"), "dir");
    await symlink(envoy, join(bin, "envoy"));
    await symlink(process.execPath, join(bin, "node"));
    await writeFile(
      join(bin, "mesh"),
      `#!/bin/sh\nexec node --conditions=meshwright-source '${ROOT}cli/main.ts' "$@"\n`,
    );
    await chmod(join(bin, "mesh"), 0o755);
    return new Reader(home);
  }

  async follow(block: Block, output: string | undefined): Promise<void> {
    if (block.language === "ts") await this.#save(block, output);
    else if (block.options.has("background")) await this.#keepRunning(block.text, output);
    else await this.#command(block, output);
  }

  async leave(): Promise<void> {
    if (this.#second?.pid !== undefined && this.#second.exitCode === null) {
      const ended = once(this.#second, "exit");
      process.kill(-this.#second.pid, "SIGINT");
      await ended;
    }
    await rm(this.#home, { recursive: true, force: true });
  }

  async #save({ text, options }: Block, output: string | undefined): Promise<void> {
    const whole = options.get("file");
    const file = join(this.#folder, whole ?? (options.get("change") as string));
    this.#read = this.#shown.length;
    await writeFile(file, whole === undefined ? change(await readFile(file, "utf8"), text) : text);
    if (output !== undefined) await this.#untilShown(output);
  }

  async #keepRunning(command: string, output: string | undefined): Promise<void> {
    const second = this.#shell(command, true);
    this.#second = second;
    for (const stream of [second.stdout, second.stderr])
      stream?.setEncoding("utf8").on("data", (part: string) => {
        this.#shown += part;
      });
    if (output !== undefined) await this.#untilShown(output);
  }

  async #untilShown(output: string): Promise<void> {
    for (const end = Date.now() + PATIENCE; Date.now() < end; await pause(50)) {
      if (shows(this.#shown.slice(this.#read), output)) return;
      if (this.#second?.exitCode !== null) break;
    }
    assert.fail(`the second terminal does not show\n${output}\nbut\n${this.#shown.slice(this.#read)}`);
  }

  /** Once; again only where the output is not yet what the page shows. */
  async #command({ text, options }: Block, output: string | undefined): Promise<void> {
    const wanted = Number(options.get("exit") ?? 0);
    let last = await this.#run(text);
    for (
      const end = Date.now() + PATIENCE;
      Date.now() < end && !agrees(last, wanted, output);
      last = await this.#run(text)
    )
      await pause(200);
    assert.ok(
      agrees(last, wanted, output),
      `${text}\nended with ${last.code} (expected ${wanted}) and printed\n${last.printed}`,
    );
  }

  async #run(text: string): Promise<{ readonly code: number; readonly printed: string }> {
    const place = join(this.#home, "place");
    const shell = this.#shell(`${text}\npwd > '${place}'`, false);
    let printed = "";
    for (const stream of [shell.stdout, shell.stderr])
      stream?.setEncoding("utf8").on("data", (part: string) => {
        printed += part;
      });
    const [code] = (await once(shell, "close")) as [number];
    if (code === 0) this.#folder = (await readFile(place, "utf8")).trimEnd();
    return { code, printed };
  }

  #shell(text: string, detached: boolean): ChildProcess {
    const port = /http:\/\/bookinfo\.localhost(:\d+)\//.exec(this.#shown)?.[1] ?? PORT_OF_PAGE;
    const path = [join(this.#home, "node_modules/.bin"), dirname(process.execPath), process.env.PATH].join(":");
    return spawn("bash", ["-eu", "-o", "pipefail", "-c", text.replaceAll(PORT_OF_PAGE, port)], {
      cwd: this.#folder,
      env: { ...process.env, PATH: path },
      stdio: ["ignore", "pipe", "pipe"],
      detached,
    });
  }
}

const agrees = (
  { code, printed }: { readonly code: number; readonly printed: string },
  wanted: number,
  output: string | undefined,
) => code === wanted && (output === undefined || shows(printed, output));

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
