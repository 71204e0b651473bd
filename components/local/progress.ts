/** One line that tells what is being done; rewritten in place on a terminal, silent where nobody watches. */
export class Progress {
  readonly #write: (text: string) => void;
  readonly #live = process.stderr.isTTY === true;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  readonly show = (text: string): void => {
    if (this.#live) this.#write(`\r\u001b[2K${text}`);
  };

  /** Before something else is printed. */
  clear(): void {
    if (this.#live) this.#write("\r\u001b[2K");
  }

  done(text: string): void {
    this.#write(`${this.#live ? "\r\u001b[2K" : ""}${text}\n`);
  }
}
