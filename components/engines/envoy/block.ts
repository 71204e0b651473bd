/**
 * Files made of shared blocks. A block is a JSON object that stands in many files, such as the routes of a service in the file
 * of each caller; it is made and turned into text once, when somebody first asks for its text, and only the text is kept: the objects
 * of a large mesh would fill more memory than all its texts.
 */
import type { JsonObject } from "../../values/json.ts";

export class Block {
  #make: (() => JsonObject) | undefined;
  #rest: Block | undefined;
  #text: string | undefined;

  /**
   * @param make its first fields, or all of them; asked once, so it must not depend on when
   * @param rest the fields after those: what many objects have in common that differ in their first ones
   */
  constructor(make: () => JsonObject, rest?: Block) {
    this.#make = make;
    this.#rest = rest;
  }

  get text(): string {
    if (this.#make !== undefined) {
      const own = JSON.stringify(this.#make());
      this.#text = this.#rest === undefined ? own : `${own.slice(0, -1)},${this.#rest.text.slice(1)}`;
      this.#make = this.#rest = undefined;
    }
    return this.#text as string;
  }
}

/** A file of a proxy: what stands before, between commas, and after. */
export interface ConfigFile {
  /** Relative to the proxy's folder. */
  readonly path: string;
  readonly open: string;
  readonly blocks: readonly Block[];
  readonly close: string;
}

/** Resources of one type, any number of them. */
export const resourceFile = (path: string, blocks: readonly Block[]): ConfigFile => ({
  path,
  open: '{"resources":[',
  blocks,
  close: "]}",
});

/** One route configuration; its virtual hosts are the blocks. Two in one file are refused (engines.md C3). */
export const routeFile = (path: string, name: string, virtualHosts: readonly Block[]): ConfigFile => ({
  path,
  open: `{"resources":[{"@type":"type.googleapis.com/envoy.config.route.v3.RouteConfiguration","name":${JSON.stringify(name)},"virtual_hosts":[`,
  blocks: virtualHosts,
  close: "]}]}",
});

export const wholeFile = (path: string, block: Block): ConfigFile => ({ path, open: "", blocks: [block], close: "" });

export const fileText = ({ open, blocks, close }: ConfigFile): string =>
  open + blocks.map(({ text }) => text).join(",") + close;
