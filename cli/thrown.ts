/**
 * What somebody else's file threw → a message and the line of theirs, never a stack. The value can be anything at all.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Place } from "../components/diagnostics/finding.ts";
import { lineTable } from "./text-places.ts";

const LONGEST_MESSAGE = 500;

interface Thrown {
  readonly message: string;
  /** What was imported and is not there, as it is written; else empty. */
  readonly missing: string;
  readonly place: Place;
}

/** Could the module not be loaded at all, as opposed to throwing while it ran? */
export function isLoadError(error: unknown): boolean {
  const code = property(error, "code");
  if (typeof code === "string" && /^ERR_(MODULE|UNSUPPORTED|INVALID|PACKAGE|UNKNOWN|IMPORT)/.test(code)) return true;
  // A file's own `new SyntaxError` has a frame of the file; one of the loader has none.
  return error instanceof SyntaxError && userFrame(stackOf(error)) === undefined;
}

/** A file that is written as a module, and which Node was told to read as CommonJS. */
export interface ReadAsCommonJs {
  readonly file: string;
  /** What it could be called instead. */
  readonly renamed: string;
  readonly manifest: string;
}

/** Whoever imports it gets the error, or whoever requires it. */
export function readAsCommonJs(error: unknown): ReadAsCommonJs | undefined {
  const message = property(error, "message");
  if (!(error instanceof SyntaxError) || !/outside a module$|^Unexpected token 'export'$/.test(String(message)))
    return undefined;
  const path = headOf(stackOf(error))?.file;
  const manifest = path === undefined ? undefined : nearestManifest(dirname(path));
  if (path === undefined || manifest === undefined || !/\.[tj]s$/.test(path)) return undefined;
  const file = relative(process.cwd(), path);
  return { file, renamed: basename(file).replace(/(?=[tj]s$)/, "m"), manifest: relative(process.cwd(), manifest) };
}

function nearestManifest(folder: string): string | undefined {
  const path = join(folder, "package.json");
  if (existsSync(path)) return path;
  return dirname(folder) === folder ? undefined : nearestManifest(dirname(folder));
}

/** `file`: the mesh file as its user names it. */
export function explainThrown(error: unknown, file: string): Thrown {
  const message = shorten(messageOf(error));
  const stack = stackOf(error);
  const missing = missingIn(message);
  const place = userFrame(stack) ?? headOf(stack) ?? missing?.place ?? syntaxErrorOf(error, file);
  return {
    message: relativePaths(message),
    missing: missing?.specifier ?? "",
    place: place === undefined ? { file } : { ...place, file: shown(place.file, file) },
  };
}

function messageOf(error: unknown): string {
  const message = property(error, "message");
  if (typeof message === "string" && message !== "") return message;
  try {
    return String(error);
  } catch {
    return "a value that cannot be shown";
  }
}

const stackOf = (error: unknown): string => {
  const stack = property(error, "stack");
  return typeof stack === "string" ? stack : "";
};

function property(value: unknown, key: string): unknown {
  try {
    return (value as Readonly<Record<string, unknown>> | null | undefined)?.[key];
  } catch {
    return undefined;
  }
}

const shorten = (text: string): string =>
  text.length <= LONGEST_MESSAGE ? text : `${text.slice(0, LONGEST_MESSAGE)}…`;

/** Node names files in full; whoever reads knows where they stand. */
const relativePaths = (message: string): string => message.replaceAll(`${process.cwd()}/`, "");

// --- places --------------------------------------------------------------------------------------------------------

/** The folders of our own programs, in a checkout and in the package alike. */
const OURS = ["../cli/", "../components/"].map((folder) => fileURLToPath(new URL(folder, import.meta.url)));

const FRAME = /^ +at (?:async )?(?:.*\()?((?:file:\/\/)?\/[^()]*):(\d+):(\d+)\)?$/gm;

/** The first frame of the stack in a file of the user. */
function userFrame(stack: string): Place | undefined {
  for (const [, location = "", line, column] of stack.matchAll(FRAME)) {
    const path = pathOf(location);
    if (OURS.some((folder) => path.startsWith(folder)) || path.includes("/node_modules/")) continue;
    return { file: path, line: Number(line), column: Number(column) };
  }
  return undefined;
}

/** Errors of the loader begin with the place: `/shop/mesh.ts:3`. */
function headOf(stack: string): Place | undefined {
  const [, location, line] = /^((?:file:\/\/|\/).*):(\d+)\n/.exec(stack) ?? [];
  return location === undefined ? undefined : { file: pathOf(location), line: Number(line) };
}

const MISSING = /^Cannot find (?:module|package) '(.+?)' imported from (.+)$/;
/** What follows `from`, or `import` alone. */
const IMPORTED = /\b(?:from|import)\s*\(?\s*(["'])([^"'\n]+)\1/g;

/** Of an import that leads nowhere Node names both ends and not the line. */
function missingIn(message: string): { readonly specifier: string; readonly place: Place } | undefined {
  const [, wanted = "", importer = ""] = MISSING.exec(message) ?? [];
  if (!existsSync(importer)) return undefined;
  const text = readFileSync(importer, "utf8");
  for (const { 2: specifier = "", index } of text.matchAll(IMPORTED)) {
    const isIt =
      wanted === specifier || wanted === resolve(dirname(importer), specifier) || specifier.startsWith(`${wanted}/`);
    if (isIt)
      return {
        specifier: specifier.startsWith(".") ? specifier : wanted,
        place: { file: importer, ...lineTable(text)(index) },
      };
  }
  return undefined;
}

/** Of JavaScript the loader keeps the place for itself; `node --check` tells it. */
function syntaxErrorOf(error: unknown, file: string): Place | undefined {
  if (!(error instanceof SyntaxError)) return undefined;
  const { stderr } = spawnSync(process.execPath, ["--check", file], { encoding: "utf8", timeout: 5000 });
  return headOf(stderr);
}

const pathOf = (location: string): string => (location.startsWith("file://") ? fileURLToPath(location) : location);

const shown = (path: string, file: string): string => (resolve(file) === path ? file : relative(process.cwd(), path));
