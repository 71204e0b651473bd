/** A mocha suite that is loaded once and run many times in this process. */
import Mocha from "mocha";
import { pathOf } from "./mutant.ts";
import { countFor } from "./switch.ts";

/** The first test that failed. */
export interface Failure {
  readonly test: string;
  readonly message: string;
}

export class Suite {
  readonly #mocha: Mocha;

  private constructor(mocha: Mocha) {
    this.#mocha = mocha;
  }

  static async load(files: readonly string[]): Promise<Suite> {
    const mocha = new Mocha({ reporter: Silent, bail: true, timeout: 60_000 });
    mocha.cleanReferencesAfterRun(false);
    for (const file of files) mocha.addFile(pathOf(file));
    await mocha.loadFilesAsync();
    return new Suite(mocha);
  }

  /** @param tests their titles; all where absent */
  run(tests?: readonly string[]): Promise<Failure | undefined> {
    this.#mocha.grep(tests === undefined ? /^/ : new RegExp(`^(?:${tests.map(escaped).join("|")})$`));
    return new Promise((resolve) => {
      let failed: Failure | undefined;
      const runner = this.#mocha.run(() => {
        countFor(undefined);
        runner.dispose();
        resolve(failed);
      });
      runner.on("test", (test) => countFor(test.fullTitle()));
      runner.on("fail", (test, error: unknown) => {
        failed ??= { test: test.fullTitle(), message: error instanceof Error ? error.message : `${error}` };
      });
    });
  }
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

class Silent extends Mocha.reporters.Base {}
